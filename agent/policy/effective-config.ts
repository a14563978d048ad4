/** The settings that hold on this host: its own, and the collector's policy over them as it was taken last. */
import { loadConfig } from '../config.ts';
import type { AgentConfig, ConfigOverrides } from '../config.ts';
import { ConfigError } from '../config-error.ts';
import { PolicyStore } from './policy-store.ts';

/** For commands beside the running agent. @throws ConfigError when the host's own settings cannot be used */
export function effectiveConfig(overrides: ConfigOverrides): AgentConfig {
  const own = loadConfig(overrides);
  const { running } = new PolicyStore(own.stateDir);
  if (running === undefined || !own.policy.enabled) return own;
  try {
    const policy = JSON.parse(running.text) as Record<string, unknown>;
    return loadConfig({ ...overrides, policy });
  } catch (error) {
    // The agent does the same: what cannot be used is given up, down to the host's own settings.
    if (error instanceof ConfigError) return own;
    throw error;
  }
}
