import type { Certificate } from '@aws-sdk/client-elastic-load-balancing-v2';
import { refuse } from '../../aws-error.ts';
import { invalid, required } from './check.ts';
import { page } from './page.ts';
import type { ListenerRecord } from './records.ts';
import { type ElbState, listenerOf, listenersOf, type Operation, publishListener } from './state.ts';

/** Beside the default ones. ALB/load-balancer-limits, "Certificates per Application Load Balancer". */
const mostCertificates = 25;

/** ELB-API/API_AddListenerCertificates: for SNI, beside the default certificate. One that is there stays as it is. */
export const addListenerCertificates: Operation<'AddListenerCertificates'> = (state, input) => {
  const listener = httpsListener(state, input.ListenerArn);
  const given = required(input.Certificates, 'certificates').map((certificate) => checkedArn(state, certificate));
  const [first, ...others] = listener.certificates.map(({ CertificateArn = '' }) => CertificateArn);
  const all = [...new Set([...others, ...given])];
  const elsewhere = listenersOf(state, listener.loadBalancerArn)
    .filter((other) => other.arn !== listener.arn)
    .reduce((sum, { certificates }) => sum + Math.max(0, certificates.length - 1), 0);
  if (elsewhere + all.length > mostCertificates) {
    return refuse(
      'TooManyCertificates',
      `The maximum number of certificates per load balancer '${mostCertificates}' has been reached on '${listener.loadBalancerArn}'`,
    );
  }
  keep(state, listener, [...(first === undefined ? [] : [first]), ...all.filter((arn) => arn !== first)]);
  return { Certificates: given.map((CertificateArn) => ({ CertificateArn, IsDefault: CertificateArn === first })) };
};

/** ELB-API/API_RemoveListenerCertificates: the default one is ModifyListener's. One that is not there is no error. */
export const removeListenerCertificates: Operation<'RemoveListenerCertificates'> = (state, input) => {
  const listener = httpsListener(state, input.ListenerArn);
  const given = required(input.Certificates, 'certificates').map((certificate) => checkedArn(state, certificate));
  const [first, ...others] = listener.certificates.map(({ CertificateArn = '' }) => CertificateArn);
  if (first !== undefined && given.includes(first)) {
    return refuse('OperationNotPermitted', `Default certificate '${first}' cannot be removed from the listener`);
  }
  keep(state, listener, [...(first === undefined ? [] : [first]), ...others.filter((arn) => !given.includes(arn))]);
  return {};
};

/** The default certificate first. ELB-API/API_DescribeListenerCertificates. */
export const describeListenerCertificates: Operation<'DescribeListenerCertificates'> = (state, input) => {
  const { certificates } = listenerOf(state, input.ListenerArn);
  const shown = certificates.map(({ CertificateArn }, index) => ({ CertificateArn, IsDefault: index === 0 }));
  const { items, NextMarker } = page(shown, (certificate) => certificate.CertificateArn ?? '', input);
  return { Certificates: items, NextMarker };
};

/**
 * The default certificate of an HTTPS listener. ACM is not asked: an ARN of this region's ACM or of IAM is taken.
 * @throws ValidationError
 */
export function checkedCertificates(
  state: ElbState,
  protocol: 'HTTP' | 'HTTPS',
  certificates: readonly Certificate[],
): { readonly CertificateArn: string }[] {
  if (protocol === 'HTTP') {
    return certificates.length > 0 ? invalid('A certificate cannot be specified for HTTP listeners') : [];
  }
  if (certificates.length === 0) return invalid('A certificate must be specified for HTTPS listeners');
  if (certificates.length > 1) return invalid('Only one certificate can be specified as the default certificate');
  return certificates.map((certificate) => ({ CertificateArn: checkedArn(state, certificate) }));
}

function checkedArn(state: ElbState, certificate: Certificate): string {
  const arn = required(certificate.CertificateArn, 'certificateArn');
  const acm = /^arn:aws[\w-]*:acm:([\w-]+):\d{12}:certificate\/[\w-]+$/.exec(arn);
  const iam = /^arn:aws[\w-]*:iam::\d{12}:server-certificate\/[\w+=,.@/-]+$/.test(arn);
  return acm?.[1] === state.world.region || iam ? arn : invalid(`Certificate ARN '${arn}' is not valid`);
}

function httpsListener(state: ElbState, arn: string | undefined): ListenerRecord {
  const listener = listenerOf(state, arn);
  return listener.protocol === 'HTTPS' ? listener : invalid('A certificate cannot be specified for HTTP listeners');
}

function keep(state: ElbState, listener: ListenerRecord, arns: readonly string[]): void {
  state.listeners.put(listener.arn, {
    ...listener,
    certificates: arns.map((CertificateArn) => ({ CertificateArn })),
  });
  publishListener(state, listener.arn, 'lagging');
}
