import type * as sdk from '@aws-sdk/client-dynamodb';
import type { Handler, InputOf, OutputOf } from '../../service.ts';
import type { DynamoState } from './state.ts';

export type Operation<Name extends string> = Handler<
  DynamoState,
  InputOf<typeof sdk, Name>,
  OutputOf<typeof sdk, Name>
>;
