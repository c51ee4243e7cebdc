import type { StoredAt } from '../config/index.ts';
import type { SecretReading } from '../deployment/index.ts';

/**
 * Parameter Store knows no parameter without a value: Terraform makes one with a word that says so, and leaves it alone
 * from then on. Its first version is nobody's secret.
 */
export const unlessUnset = ({ store, own }: Pick<StoredAt, 'store' | 'own'>, reading: SecretReading): SecretReading =>
  own && store === 'ssm' && reading.kind === 'there' && reading.version === '1'
    ? { kind: 'without-value', deletedAt: null }
    : reading;
