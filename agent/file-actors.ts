/** Who touched a file, where the host's audit tells. */
export interface FileActor {
  /** When: milliseconds since 1970, host clock. */
  at: number;
  /** Path of the program. */
  process: string;
  pid: number;
  parentPid: number;
  commandLine?: string | undefined;
  user: string;
  /** Who logged in at first, whoever he is now. */
  loginUser: string;
}

export interface FileActors {
  /** The last who changed the file in that time (milliseconds since 1970, both included); audit may come a moment late. */
  find(path: string, fromMs: number, toMs: number): FileActor | undefined;
}
