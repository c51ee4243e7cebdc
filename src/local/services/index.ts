import type { AnyService } from '../service.ts';
import { dynamodb } from './dynamodb/dynamodb.ts';
import { elbv2 } from './elbv2/index.ts';
import { ssm } from './ssm/ssm.ts';
import { sts } from './sts/sts.ts';

/** Every AWS service that the runtime imitates. */
export const services: readonly AnyService[] = [sts, ssm, dynamodb, elbv2];
