/**
 * Everything a peer controls has a limit, and all of them stand here. Units come last in the names.
 * A peer that goes over a limit is answered with a coded error (error.ts), never with silence.
 */
export const LIMITS = {
  /** Events in one batch frame. */
  batchEventsMax: 1_000,
  /** Uncompressed payload of one batch frame. */
  batchBytesMax: 1_048_576,
  /** A batch frame on the wire: header plus payload, compressed or not. */
  frameBytesMax: 1_048_576 + 64,
  /** Payloads above this size are sent compressed. */
  compressAboveBytes: 4_096,
  /** One JSON control frame. */
  controlBytesMax: 65_536,
  /** Text of one log record, in UTF-8 bytes; the agent cuts the rest and says how much it cut. */
  recordTextBytesMax: 262_144,
  /** Paths, keys and other short strings, in UTF-16 code units. */
  shortStringMax: 4_096,
  /** Difference between two versions of a file, in UTF-16 code units. */
  differenceMax: 32_768,
  /** Names: channels, hosts, users of a record. */
  nameMax: 256,
  /** Entries in a record's key-value detail. */
  detailEntriesMax: 128,
  /** Lanes (priority classes) of one agent. */
  lanesMax: 8,
  /** Batches an agent may have unacknowledged in one session. */
  inFlightBatchesMax: 32,
  /** Entries in one tally, and reasons in one entry. */
  tallyEntriesMax: 200,
  tallyReasonsMax: 16,
  /** Tallies of one account. */
  tallyPartsMax: 32,
  /** Collectors an agent may be told of, and certificates it may trust, beside those it was enrolled with. */
  collectorsMax: 8,
  fingerprintsMax: 8,
  /** Certificate authorities, PEM, in UTF-16 code units. */
  caPemMax: 32_768,
  /** Facts about one host's hardware. */
  hardwareFactsMax: 32,
  /** Statements by which an old certificate names its successor, in one answer. */
  rotationStatementsMax: 32,
  /** A policy's text, and a part of it in one message, in UTF-16 code units; JSON doubles at most. */
  policyCharsMax: 262_144,
  policyPartCharsMax: 24_576,
  policyPartsMax: 11,
  /** How deep a policy may be nested. */
  policyDepthMax: 16,
  /** Why a policy was refused, in UTF-16 code units. */
  policyReasonCharsMax: 1_000,
  /** A command's text, in UTF-16 code units. */
  commandCharsMax: 16_384,
  /** Facts in the report of a command. */
  commandFactsMax: 32,
  /** A session must be authenticated within this time. */
  handshakeMsMax: 10_000,
} as const;
