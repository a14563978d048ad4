/** What of postject is used here; it comes without types. */
declare module 'postject' {
  export function inject(
    program: string,
    resource: string,
    data: Buffer,
    options: { sentinelFuse: string },
  ): Promise<void>;
}
