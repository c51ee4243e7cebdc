import type { Dialect } from './protocol.ts';

/**
 * By the name in the credential scope; most services have one. Source: `runtimeConfig.shared` of each SDK client, and
 * botocore's models. CloudWatch answers JSON (the JS SDK), CBOR (botocore) and query (Terraform's provider) alike.
 */
export const dialects: Readonly<Record<string, readonly Dialect[]>> = {
  ecs: [awsJson11('AmazonEC2ContainerServiceV20141113')],
  ssm: [awsJson11('AmazonSSM')],
  logs: [awsJson11('Logs_20140328')],
  ecr: [awsJson11('AmazonEC2ContainerRegistry_V20150921')],
  secretsmanager: [awsJson11('secretsmanager')],
  'application-autoscaling': [awsJson11('AnyScaleFrontendService')],
  dynamodb: [
    {
      protocol: 'awsJson',
      version: '1.0',
      target: 'DynamoDB_20120810',
      errorPrefix: 'com.amazonaws.dynamodb.v20120810#',
    },
  ],
  monitoring: [
    {
      protocol: 'awsJson',
      version: '1.0',
      target: 'GraniteServiceVersion20100801',
      errorPrefix: 'com.amazonaws.cloudwatch#',
      queryCompatible: true,
    },
    {
      protocol: 'rpcV2Cbor',
      target: 'GraniteServiceVersion20100801',
      errorPrefix: 'com.amazonaws.cloudwatch#',
      queryCompatible: true,
    },
    { protocol: 'awsQuery', version: '2010-08-01', xmlns: 'http://monitoring.amazonaws.com/doc/2010-08-01/' },
  ],
  sts: [{ protocol: 'awsQuery', version: '2011-06-15', xmlns: 'https://sts.amazonaws.com/doc/2011-06-15/' }],
  elasticloadbalancing: [
    {
      protocol: 'awsQuery',
      version: '2015-12-01',
      xmlns: 'http://elasticloadbalancing.amazonaws.com/doc/2015-12-01/',
    },
  ],
};

function awsJson11(target: string): Dialect {
  return { protocol: 'awsJson', version: '1.1', target, errorPrefix: '' };
}
