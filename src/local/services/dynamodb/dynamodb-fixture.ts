import type { AttributeValue, CreateTableCommandInput } from '@aws-sdk/client-dynamodb';
import { ms, type VirtualClock } from '../../../base/index.ts';
import type { Call } from '../../service.ts';
import { memoryStore } from '../../store/memory-store.ts';
import type { Store } from '../../store/store.ts';
import { aCall, loneWorld, refusalOf } from '../lone-world.ts';
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
  const world = loneWorld('dynamodb', { store });
  const { clock } = world;
  const state = createDynamoState(world);
  return {
    clock,
    state,
    run: (operation, input) => operation(state, input, aCall),
    refusal: (operation, input) => refusalOf(() => operation(state, input, aCall)),
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
