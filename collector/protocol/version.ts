/**
 * The wire contract's version. A collector serves PROTOCOL_VERSION and the one before it.
 * Bump it whenever the schema hash test fails for a change that an older peer would not understand.
 */
export const PROTOCOL_VERSION = 3;

/** Versions this build can speak, newest first. */
export const PROTOCOL_VERSIONS_SERVED: readonly number[] = [3, 2];

/** WebSocket subprotocol name: how frames are cut. The version of what is said in them is agreed in `hello`. */
export const SUBPROTOCOL = 'vonggac.v1';

/** Path of the agents' WebSocket endpoint. */
export const AGENT_PATH = '/agent/v1';

/** Path where anyone may read which certificate took the place of which (HTTPS GET, JSON). */
export const ROTATION_PATH = '/agent/v1/rotation';

/** Path of the enrolment endpoint (HTTPS POST, JSON). */
export const ENROL_PATH = '/agent/v1/enrol';
