import {
  type Environment,
  ecsServiceName,
  tableName,
  tableVariable,
  targetGroupName,
  terraformHash,
  type WebService,
} from '../config/index.ts';
import type { Color, ColorSite, Place, Site } from '../deployment/index.ts';
import { localNetwork, plannedEnvironment } from './provision-environment.ts';
import { logGroupOf, rolesOf } from './provision-service.ts';

/** A service's site as provisioning on the local runtime will make it: ARNs are made up, names are the real ones. */
export function plannedSite(environment: Environment, service: WebService, trafficSettleSeconds: number): Site {
  const discovery = plannedEnvironment(environment, trafficSettleSeconds);
  const { region, account } = discovery;
  const elb = (rest: string): string => `arn:aws:elasticloadbalancing:${region}:${account}:${rest}`;
  const rule = (which: string): Place => ({ kind: 'rule', arn: elb(`listener-rule/planned/${service.name}/${which}`) });
  const color = (name: Color): ColorSite => ({
    service: ecsServiceName(service.name, name),
    targetGroup: elb(`targetgroup/${targetGroupName(environment.name, service.name, name)}/planned`),
  });
  return {
    environment: { name: environment.name, ...discovery },
    service: service.name,
    terraformHash: terraformHash(service),
    places: service.routes.map((_, index) => rule(`production-${index}`)),
    testPlaces: service.routes.map((_, index) => rule(`test-${index}`)),
    colors: { blue: color('blue'), green: color('green') },
    roles: rolesOf(discovery, service),
    logGroup: logGroupOf(environment.name, service),
    tables: Object.fromEntries(
      Object.keys(service.uses.tables).map((table) => [
        tableVariable(table),
        tableName(environment.name, service.name, table),
      ]),
    ),
    wanted: {
      subnets: localNetwork.subnets,
      securityGroups: localNetwork.securityGroups,
      assignPublicIp: false,
      stickinessSeconds: service.stickiness?.durationSeconds ?? null,
    },
  };
}
