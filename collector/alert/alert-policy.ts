/** How detections become alerts: windows, thresholds and budgets. A rule may say its own under `vonggac:`. */

const HOUR_MS = 3_600_000;

/** What a rule says of its own alerts; what it leaves out is the house's. */
export interface RulePolicy {
  /** A detection joins its open alert up to so long after the last one. */
  windowMs?: number | undefined;
  /** Alerts that the rule may open in an hour and an agency. */
  alertsPerHourMax?: number | undefined;
  /** Hosts with the same rule and value that make one alert of the fleet. */
  fleetHostsMin?: number | undefined;
}

export interface AlertPolicy {
  windowMs: number;
  alertsPerHourMax: number;
  fleetHostsMin: number;
  /** Risk of a host or user that raises an alert. */
  riskMin: number;
  /** Risk from which that alert is critical. */
  riskCritical: number;
  /** In which time risk falls to a half. */
  riskHalfLifeMs: number;
  /** Rows of the queue from which it is long: what others say is folded. */
  queueRowsMin: number;
  /** Rows that are left, as far as they are not high. */
  queueRowsMax: number;
}

export const ALERT_POLICY: AlertPolicy = {
  windowMs: 24 * HOUR_MS,
  alertsPerHourMax: 20,
  fleetHostsMin: 10,
  riskMin: 100,
  riskCritical: 200,
  riskHalfLifeMs: 24 * HOUR_MS,
  queueRowsMin: 30,
  queueRowsMax: 40,
};
