// What we use of undici's Dispatcher, in the shape that versions 7 and 8 have in common: nobody needs undici to read our declarations.

/** A request on its way through the interceptors of a dispatcher. */
export interface DispatchOptions {
  readonly origin?: string | URL | undefined;
  readonly path: string;
  readonly method: string;
  readonly headers?: unknown;
  readonly body?: unknown;
}

type Headers = NodeJS.Dict<string | string[]>;

/** With it a handler pauses or aborts its request. */
export interface DispatchController {
  readonly aborted: boolean;
  readonly paused: boolean;
  readonly reason: Error | null;
  abort(reason: Error): void;
  pause(): void;
  resume(): void;
}

/** Told what becomes of a request. `onRequestStart`: it has a connection, and is about to be sent. */
export interface DispatchHandler {
  onRequestStart?(controller: DispatchController, context: unknown): void;
  onRequestUpgrade?(controller: DispatchController, statusCode: number, headers: Headers, socket: NodeJS.ReadWriteStream): void;
  onResponseStarted?(): void;
  onResponseStart?(controller: DispatchController, statusCode: number, headers: Headers, statusMessage?: string): void;
  onResponseData?(controller: DispatchController, chunk: Buffer): void;
  onResponseEnd?(controller: DispatchController, trailers: Headers): void;
  onResponseError?(controller: DispatchController, error: Error): void;
  onBodySent?(...given: never[]): void; // the majors differ here
  onRequestSent?(): void;
}

interface Dispatcher {
  // A method, because the parameters of methods are compared both ways: options of undici's own have more fields and narrower ones.
  dispatch(options: DispatchOptions, handler: DispatchHandler): boolean;
}

/** Sends a request. False: the dispatcher is busy. */
export type Dispatch = Dispatcher['dispatch'];

/** What `compose` of a dispatcher takes: whatever the types of its undici are, what goes in comes out. */
export type Interceptor = <D extends Dispatch>(dispatch: D) => D;
