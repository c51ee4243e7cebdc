import { beforeAll, describe, test } from 'vitest';
import { loadSdk } from '../../src/aws/clients.ts';
import { deaths, expectRescues } from './kill-matrix.ts';

beforeAll(loadSdk);

describe.each(['a rollback', 'an abort', 'a deployment to several places'] as const)('%s', (name) => {
  test.each(deaths)('whose driver dies at each call, %s: resumed, and taken back', (death) =>
    expectRescues(name, death),
  );
});
