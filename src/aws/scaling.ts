import type { ScalableTarget } from '@aws-sdk/client-application-auto-scaling';
import { err, ok, type Result } from '../base/index.ts';
import {
  type CallError,
  type Color,
  colors,
  type Scaling,
  type ScalingLimits,
  type Site,
} from '../deployment/index.ts';
import { type Aws, change, done, read } from './aws.ts';

/** How Application Auto Scaling names what it scales of an ECS service. */
export const scalableDimension = { ServiceNamespace: 'ecs', ScalableDimension: 'ecs:service:DesiredCount' } as const;

/** The `ResourceId` of an ECS service. */
export const scalableResource = (cluster: string, service: string): string => `service/${cluster}/${service}`;

/** The scalable targets of both colours' ECS services. */
export function applicationAutoScaling(aws: Aws): Scaling {
  /** As last read, by resource: a write keeps what people suspended, so that it needs no read of its own. */
  const known = new Map<string, ScalableTarget>();

  const readTargets = async (site: Site, signal: AbortSignal): Promise<Result<void, CallError>> => {
    const { client, sdk } = await aws.clients.autoscaling();
    const resources = colors.map((color) => resourceOf(site, color));
    const command = () => new sdk.DescribeScalableTargetsCommand({ ...scalableDimension, ResourceIds: resources });
    const found = await read(aws, client, command, signal, (output) => output.ScalableTargets);
    if (!found.ok) return found;
    for (const resource of resources) known.delete(resource);
    for (const target of found.value) if (target.ResourceId !== undefined) known.set(target.ResourceId, target);
    return ok(undefined);
  };

  return {
    async read(site, signal) {
      const found = await readTargets(site, signal);
      if (!found.ok) return found;
      const limits = (color: Color) => toLimits(known.get(resourceOf(site, color)));
      return ok({ blue: limits('blue'), green: limits('green') });
    },

    async write(site, color, limits, signal) {
      const resource = resourceOf(site, color);
      if (!known.has(resource)) {
        const found = await readTargets(site, signal);
        if (!found.ok) return found;
      }
      const now = known.get(resource);
      // RegisterScalableTarget would make one: that is Terraform's to do.
      if (!now)
        return err({ kind: 'refused', code: 'ObjectNotFoundException', message: `no scalable target ${resource}` });
      const { client, sdk } = await aws.clients.autoscaling();
      const command = new sdk.RegisterScalableTargetCommand({
        ...scalableDimension,
        ResourceId: resource,
        MinCapacity: limits.min,
        MaxCapacity: limits.max,
        SuspendedState: {
          DynamicScalingInSuspended: now.SuspendedState?.DynamicScalingInSuspended ?? false,
          DynamicScalingOutSuspended: now.SuspendedState?.DynamicScalingOutSuspended ?? false,
          ScheduledScalingSuspended: limits.schedules === 'suspended',
        },
      });
      return done(await change(aws, client, command, signal, (output) => output.ScalableTargetARN));
    },
  };
}

const resourceOf = (site: Site, color: Color): string =>
  scalableResource(site.environment.cluster, site.colors[color].service);

function toLimits(target: ScalableTarget | undefined): ScalingLimits | undefined {
  if (target?.MinCapacity === undefined || target.MaxCapacity === undefined) return undefined;
  return {
    min: target.MinCapacity,
    max: target.MaxCapacity,
    schedules: target.SuspendedState?.ScheduledScalingSuspended ? 'suspended' : 'active',
  };
}
