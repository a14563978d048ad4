/** As alerts have them, the least first (alert/severity-score.ts; a test holds them equal). */
export const SEVERITIES = ['informational', 'low', 'medium', 'high', 'critical'] as const;
