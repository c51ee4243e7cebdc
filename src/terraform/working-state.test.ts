import { expect, test } from 'vitest';
import { workingState } from './working-state.ts';

test('a state has its key, its folder and its services together, and shares none of them with another', () => {
  const states = [
    workingState('shop', 'staging', { kind: 'platform' }),
    workingState('shop', 'staging', { kind: 'services' }),
    workingState('shop', 'staging', { kind: 'service', service: 'api' }),
    workingState('shop', 'staging', { kind: 'service', service: 'platform' }),
    workingState('shop', 'production', { kind: 'services' }),
  ];
  expect(new Set(states.map(({ key }) => key)).size).toBe(states.length);
  expect(new Set(states.map(({ dataDir }) => dataDir)).size).toBe(states.length);
  expect(states[2]).toEqual({
    key: 'staging/services/api.tfstate',
    dataDir: 'shop/.teal/work/data/staging/services/api',
    only: ['api'],
  });
  expect(states[1]?.only).toBeNull();
});
