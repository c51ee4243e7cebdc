import type { AttributeValue, CreateTableCommandInput } from '@aws-sdk/client-dynamodb';
import { createRandom, createVirtualClock, ms, type VirtualClock } from '../../../base/index.ts';
import { AwsError } from '../../aws-error.ts';
import type { Call } from '../../service.ts';
import { memoryStore } from '../../store/memory-store.ts';
import type { Store } from '../../store/store.ts';
import { awsLike } from '../../timing.ts';
import type { World } from '../../world.ts';
import { createTable } from './operations/create-table.ts';
import { createDynamoState, type DynamoState } from './state.ts';

export interface Fixture {
  readonly clock: VirtualClock;
  readonly state: DynamoState;
  /** Runs one operation: `run(putItem, {…})`. */
  run<Input, Output>(operation: (state: DynamoState, input: Input, call: Call) => Output, input: Input): Output;
  /** The error that an operation answers with, as `Code: message`. */
  refusal<Input>(operation: (state: DynamoState, input: Input, call: Call) => object, input: Input): string;
}

/** DynamoDB of one account in virtual time; a given store makes it the successor of another. */
export function dynamoFixture(store: Store = memoryStore()): Fixture {
  const clock = createVirtualClock();
  const world: World = {
    account: '000000000000',
    region: 'eu-central-1',
    clock,
    random: createRandom('dynamodb'),
    timing: awsLike,
    tasks: {
      name: 'simulated',
      start: () => ({ release: () => {}, signal: () => {}, exec: () => {}, usage: (done) => done(undefined) }),
    },
    network: { locate: () => undefined, check: () => {} },
    store,
    use: () => {
      throw new Error('no other service in this world');
    },
  };
  const state = createDynamoState(world);
  const call: Call = { requestId: '00000000-0000-0000-0000-000000000000', host: '127.0.0.1' };
  return {
    clock,
    state,
    run: (operation, input) => operation(state, input, call),
    refusal(operation, input) {
      try {
        operation(state, input, call);
      } catch (error) {
        if (error instanceof AwsError) return `${error.code}: ${error.message}`;
        throw error;
      }
      return 'accepted';
    },
  };
}

/** An active table `things` with the string keys `pk` and `sk`. */
export function withTable(settings: Partial<CreateTableCommandInput> = {}, store?: Store): Fixture {
  const fixture = dynamoFixture(store);
  fixture.run(createTable, {
    TableName: 'things',
    AttributeDefinitions: [
      { AttributeName: 'pk', AttributeType: 'S' },
      { AttributeName: 'sk', AttributeType: 'S' },
    ],
    KeySchema: [
      { AttributeName: 'pk', KeyType: 'HASH' },
      { AttributeName: 'sk', KeyType: 'RANGE' },
    ],
    BillingMode: 'PAY_PER_REQUEST',
    ...settings,
  });
  fixture.clock.advance(ms(5_000));
  return fixture;
}

export const S = (value: string): AttributeValue => ({ S: value });
export const N = (value: number | string): AttributeValue => ({ N: String(value) });
export const key = (pk: string, sk: string): Record<string, AttributeValue> => ({ pk: S(pk), sk: S(sk) });
