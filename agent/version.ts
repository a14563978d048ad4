/** This agent's version, as the collector and the user see it. */
export const AGENT_VERSION = '0.1.0';
