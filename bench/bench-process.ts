import { BENCHES } from './benches.ts';

// Measures one bench, and tells its rows to whoever began this process.
const rows = await BENCHES[process.argv[2] ?? '']?.();
process.send?.(rows);
process.disconnect?.();
