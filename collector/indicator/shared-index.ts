/**
 * The memory of an index of indicators, for other threads to look into while one thread writes. What a writer adds is
 * published last by what leads to it, so a reader finds an entry whole or not at all.
 */
export interface SharedRows {
  keys: Uint8Array;
  from: Uint32Array;
  kinds: Uint8Array;
  extents: Uint8Array;
  confidences: Uint8Array;
  sources: Uint16Array;
  ids: Uint32Array;
  until: Uint32Array;
  /** Of sources, by number. */
  sourceNames: readonly string[];
}

export interface SharedSlots {
  slots: Uint32Array;
  bits: Uint32Array;
}

export interface SharedPrefixes {
  v4: readonly number[];
  v6: readonly number[];
  blocks: Uint32Array | undefined;
}

export interface SharedIndex {
  seed: number;
  rows: SharedRows;
  slots: SharedSlots;
  prefixes: SharedPrefixes;
}
