/** A CloudWatch alarm as it stands. */
export interface AlarmReading {
  readonly name: string;
  readonly state: 'OK' | 'ALARM' | 'INSUFFICIENT_DATA';
  /** CloudWatch's own words. */
  readonly reason: string;
  /** ISO 8601; '' where it was never told. */
  readonly since: string;
}

/** What CloudWatch counted of one colour's target group: every client's requests, a minute or three late. */
export interface MetricWindow {
  readonly requests: number;
  /** Answers of 500 to 599 that targets gave. */
  readonly failed: number;
  /** Mean of the minutes' p99, by their requests; null where nothing was answered. */
  readonly p99Ms: number | null;
  readonly windowSeconds: number;
}

/** What a deployment looks at besides its own probes. */
export interface PlannedWatch {
  /** Names of CloudWatch alarms, metric and composite. */
  readonly alarms: readonly string[];
  /** Whether limits hold for what CloudWatch counts too. */
  readonly metrics: boolean;
}
