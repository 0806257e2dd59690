// The registry of Windows, through its reg.exe.
export { windowsRegistry } from '../io/windows-registry.ts';
export type { WindowsRegistry, WindowsRegistryOptions } from '../io/windows-registry.ts';
export type { RegRun, RunReg } from '../io/run-reg.ts';
