import { quotas } from '../aws/index.ts';
import type { Notice, Obstacle } from '../operations/index.ts';
import { callText } from './refusal-text.ts';

/** What is in the way of an apply, and what removes it. */
export function obstacleText(
  obstacle: Obstacle,
  { name, region }: { readonly name: string; readonly region: string },
): string {
  const file = `environments/${name}.json`;
  switch (obstacle.kind) {
    case 'quota': {
      const { of, has, needs, most } = obstacle;
      const { service, code } = quotas[of];
      return `${quotaText(of, has, needs)}, and this account may have ${most} in ${region}. Ask for more: aws service-quotas request-service-quota-increase --region ${region} --service-code ${service} --quota-code ${code} --desired-value ${Math.ceil(has + needs)}. ${otherwise[of]} (${file}).`;
    }
    case 'no-zone':
      return `${file} loadBalancers.${obstacle.balancer}: this account has no public Route 53 zone ${obstacle.zone}. Make it, and have the registrar name its name servers: aws route53 create-hosted-zone --name ${obstacle.zone} --caller-reference ${obstacle.zone}. Where the domain's DNS is elsewhere, give the ARN of a certificate: loadBalancers.${obstacle.balancer}.certificate.`;
    case 'zone-without-arm':
      return `${file} network: zone ${obstacle.zone} (${obstacle.id}) has no Fargate on ARM, and ${obstacle.services.join(', ')} ${obstacle.services.length > 1 ? 'are' : 'is'} for ARM64. Leave it out: "excludedZones": ["${obstacle.id}"].`;
  }
}

/** What a person should know before an apply. */
export function noticeText(notice: Notice): string {
  switch (notice.kind) {
    case 'no-service-roles': {
      const roles = notice.missing.map(({ role }) => role);
      const commands = notice.missing.map(
        ({ service }) => `\n  aws iam create-service-linked-role --aws-service-name ${service}`,
      );
      return `This account has no role ${roles.join(', ')} yet. AWS makes each at its first use; a first apply may come before it is known everywhere, and then goes through when it is run again. Where your credentials may not make roles, somebody who may runs once:${commands.join('')}`;
    }
    case 'not-delegated': {
      const found = notice.found.length > 0 ? `are ${notice.found.join(', ')}` : 'are none that answer';
      return `${notice.zone}: the name servers that the internet knows ${found}, and the zone's are ${notice.servers.join(', ')}. The certificate is issued only once the registrar names these; until then the apply waits, and fails after 75 min.`;
    }
    case 'built-on-arm':
      return `This machine is for ARM64, and ${notice.services.join(', ')} ${notice.services.length > 1 ? 'are' : 'is'} for X86_64: an image that is built here ends with "exec format error" there. Build with --platform linux/amd64, or say "architecture": "ARM64".`;
    case 'not-told':
      return `Not checked: ${notToldText[notice.what]} (${callText(notice.why)}).`;
  }
}

const notToldText: Readonly<Record<Extract<Notice, { kind: 'not-told' }>['what'], string>> = {
  vpcs: 'whether there is room for another VPC',
  addresses: 'whether there are elastic addresses for NAT gateways',
  fargateCpus: 'whether Fargate has vCPUs enough for both colours',
  roles: 'which service-linked roles the account has',
  zones: 'which zones have Fargate on ARM',
  domain: "whether the domain's zone is there, and delegated",
};

type Quota = Extract<Obstacle, { kind: 'quota' }>['of'];

function quotaText(of: Quota, has: number, needs: number): string {
  switch (of) {
    case 'vpcs':
      return `The network needs a VPC besides the ${has} that there are`;
    case 'addresses':
      return `NAT gateways need ${needs} elastic addresses besides the ${has} that there are`;
    case 'fargateCpus':
      return `The services need ${needs} Fargate vCPUs while both colours run`;
  }
}

const otherwise: Readonly<Record<Quota, string>> = {
  vpcs: 'Or delete one, or take a network that is there: network.mode',
  addresses: 'Or release some, or do with fewer: network.natPerZone, network.outbound',
  fargateCpus: 'Or run fewer or smaller tasks: cpu and scaling.min of the services',
};
