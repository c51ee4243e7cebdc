/** What ECS does with a target: `id` is the task's virtual address. */
export interface Target {
  readonly id: string;
  readonly port: number;
}

export type TargetState = 'initial' | 'healthy' | 'unhealthy' | 'unused' | 'draining';

export interface TargetHealth {
  readonly state: TargetState;
  /** AWS's reason code and description; none while healthy. */
  readonly reason?: string;
  readonly description?: string;
}

/** The side of ELBv2 that the ECS service scheduler uses. */
export interface TargetRegistrar {
  /** 'unknown' when there is no such group, 'unattached' when no listener or rule names it. */
  group(targetGroupArn: string): 'attached' | 'unattached' | 'unknown';
  register(targetGroupArn: string, target: Target): void;
  /** Starts draining. After the deregistration delay the target is gone from `health`. */
  deregister(targetGroupArn: string, target: Target): void;
  /** Undefined once the target is not registered and no longer draining. */
  health(targetGroupArn: string, target: Target): TargetHealth | undefined;
  /** Calls `listener` whenever a target's health changes or a draining one is gone. Returns its end. */
  onChange(listener: (targetGroupArn: string, target: Target) => void): () => void;
}
