import type * as sdk from '@aws-sdk/client-cloudwatch-logs';
import type { Handler, InputOf, OutputOf } from '../../service.ts';
import type { LogsState } from './logs-state.ts';

export type Operation<Name extends string> = Handler<LogsState, InputOf<typeof sdk, Name>, OutputOf<typeof sdk, Name>>;
