/** What crosses between the runtime and a function's thread. */
export interface WorkerSettings {
  /** file: address of the bundle. */
  bundle: string;
  functionName: string;
  memoryMb: number;
}
export interface Invocation {
  id: string;
  event: unknown;
  timeoutMs: number;
}
export type Answer =
  | { ready: true }
  | { id: string; result: unknown }
  | { id: string; error: { name: string; message: string; stack: string | undefined } };
