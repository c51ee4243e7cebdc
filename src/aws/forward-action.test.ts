import type { Action } from '@aws-sdk/client-elastic-load-balancing-v2';
import { expect, test } from 'vitest';
import { readWeights, withWeights } from './forward-action.ts';

const groups = { blue: 'arn:blue', green: 'arn:green' };
const tuple = (arn: string, weight: number) => ({ TargetGroupArn: arn, Weight: weight });
const login: Action = {
  Type: 'authenticate-oidc',
  Order: 1,
  AuthenticateOidcConfig: {
    Issuer: 'https://id.example.com',
    AuthorizationEndpoint: 'https://id.example.com/authorize',
    TokenEndpoint: 'https://id.example.com/token',
    UserInfoEndpoint: 'https://id.example.com/me',
    ClientId: 'shop',
  },
};
const forward: Action = {
  Type: 'forward',
  Order: 2,
  ForwardConfig: { TargetGroups: [tuple('arn:blue', 100), tuple('arn:green', 0), tuple('arn:other', 5)] },
};

test('a write keeps a login action before it, and tells AWS to keep the secret that it never shows', () => {
  const [first, second] = withWeights([login, forward], groups, { blue: 90, green: 10 }, null);
  expect(first).toEqual({
    ...login,
    AuthenticateOidcConfig: { ...login.AuthenticateOidcConfig, UseExistingClientSecret: true },
  });
  expect(second).toEqual({
    ...forward,
    ForwardConfig: { TargetGroups: [tuple('arn:blue', 90), tuple('arn:green', 10), tuple('arn:other', 5)] },
  });
});

test('a sticky service leaves out the group without weight, and a service that is no longer sticky turns it off', () => {
  const [sticky] = withWeights([forward], groups, { blue: 0, green: 100 }, 3600);
  expect(sticky?.ForwardConfig).toEqual({
    TargetGroupStickinessConfig: { Enabled: true, DurationSeconds: 3600 },
    TargetGroups: [tuple('arn:green', 100), tuple('arn:other', 5)],
  });
  const [plain] = withWeights(sticky ? [sticky] : [], groups, { blue: 100, green: 0 }, null);
  expect(plain?.ForwardConfig).toEqual({
    TargetGroupStickinessConfig: { Enabled: false },
    TargetGroups: [tuple('arn:blue', 100), tuple('arn:green', 0), tuple('arn:other', 5)],
  });
});

test('a single group, which AWS shows without a weight, reads as weight 1', () => {
  expect(readWeights([{ Type: 'forward', TargetGroupArn: 'arn:blue' }], groups)).toEqual({ blue: 1, green: undefined });
});
