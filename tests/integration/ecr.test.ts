import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import {
  BatchDeleteImageCommand,
  BatchGetImageCommand,
  DescribeImagesCommand,
  ECRClient,
  PutImageCommand,
} from '@aws-sdk/client-ecr';
import {
  CreateClusterCommand,
  DescribeTasksCommand,
  ECSClient,
  RegisterTaskDefinitionCommand,
  RunTaskCommand,
} from '@aws-sdk/client-ecs';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { buildImage, uploadImage } from '../../src/images/index.ts';
import { aLocalRuntime, awsEnvironment, has, type RuntimeUnderTest } from './local-runtime.ts';

let runtime: RuntimeUnderTest;
beforeAll(async () => {
  runtime = await aLocalRuntime({ driver: 'process' });
});
afterAll(async () => {
  await runtime[Symbol.asyncDispose]();
});

/** Builds and uploads an image that stays, and returns its digest. */
async function upload(repository: string, tag: string): Promise<string> {
  const context = mkdtempSync(join(tmpdir(), 'teal-app-'));
  writeFileSync(join(context, 'app.cjs'), `setInterval(() => {}, 1000); // ${tag}`);
  writeFileSync(join(context, 'Dockerfile'), 'FROM node:20\nWORKDIR /app\nCOPY . .\nCMD ["node", "app.cjs"]\n');
  const { signal } = new AbortController();
  const environment = { PATH: process.env.PATH ?? '' };
  await using image = await buildImage({ context, architecture: 'X86_64', environment, signal, onOutput: () => {} });
  const { endpoint } = runtime;
  const reference = await uploadImage({ endpoint, repository, tag, region: 'us-east-1', image, signal });
  rmSync(context, { recursive: true });
  return reference.split('@')[1] ?? '';
}

test('an uploaded image is in ECR, runs by a tag that was put on it, and no more once it is deleted', async () => {
  const ecr = new ECRClient(runtime.client);
  const ecs = new ECSClient(runtime.client);
  const repositoryName = 'team/api';
  const imageDigest = await upload(repositoryName, 'v1');
  const of = { repositoryName, imageIds: [{ imageTag: 'v1' }] };
  const { imageDetails } = await ecr.send(new DescribeImagesCommand(of));
  expect(imageDetails).toMatchObject([{ imageDigest, imageTags: ['v1'] }]);
  expect(imageDetails?.[0]?.imageSizeInBytes).toBeGreaterThan(0);
  const { images } = await ecr.send(new BatchGetImageCommand(of));
  const imageManifest = images?.[0]?.imageManifest;
  await ecr.send(new PutImageCommand({ repositoryName, imageManifest, imageTag: 'deployed-1' }));

  await ecs.send(new CreateClusterCommand({ clusterName: 'main' }));
  /** The state and reason that a task of this image comes to. */
  const comesTo = async (image: string) => {
    const { taskDefinition } = await ecs.send(
      new RegisterTaskDefinitionCommand({
        family: 'api',
        networkMode: 'awsvpc',
        cpu: '256',
        memory: '512',
        executionRoleArn: 'arn:aws:iam::000000000000:role/x',
        requiresCompatibilities: ['FARGATE'],
        containerDefinitions: [{ name: 'app', image }],
      }),
    );
    const { tasks } = await ecs.send(
      new RunTaskCommand({
        cluster: 'main',
        launchType: 'FARGATE',
        taskDefinition: taskDefinition?.taskDefinitionArn,
        networkConfiguration: { awsvpcConfiguration: { subnets: ['subnet-a'] } },
      }),
    );
    return vi.waitFor(
      async () => {
        const described = await ecs.send(
          new DescribeTasksCommand({ cluster: 'main', tasks: [tasks?.[0]?.taskArn ?? ''] }),
        );
        const { lastStatus, stoppedReason } = described.tasks?.[0] ?? {};
        expect(['RUNNING', 'STOPPED']).toContain(lastStatus);
        return `${lastStatus} ${stoppedReason ?? ''}`.trim();
      },
      { timeout: 30_000, interval: 50 },
    );
  };
  const registry = '000000000000.dkr.ecr.us-east-1.amazonaws.com';
  expect(await comesTo(`${registry}/team/api:deployed-1`)).toBe('RUNNING');
  expect(await comesTo(`${registry}/team/api@${imageDigest}`)).toBe('RUNNING');
  await ecr.send(new BatchDeleteImageCommand({ repositoryName, imageIds: [{ imageDigest }] }));
  for (const name of [':deployed-1', `@${imageDigest}`]) {
    expect(await comesTo(`${registry}/team/api${name}`)).toMatch(/^STOPPED CannotPullContainerError: .*not found$/);
  }
}, 60_000);

test.skipIf(!has('python3', '-c', 'import boto3'))(
  'boto3 keeps repositories, pages through images and waits for a scan',
  async () => {
    const program = `
import boto3, json, base64
ecr = boto3.client('ecr')
made = ecr.create_repository(repositoryName='shop', imageTagMutability='IMMUTABLE', tags=[{'Key': 'a', 'Value': 'b'}])
arn = made['repository']['repositoryArn']
for n in range(5):
    ecr.put_image(repositoryName='shop', imageTag=f'v{n}', imageManifest=json.dumps({'schemaVersion': 2, 'n': n}))
try:
    ecr.put_image(repositoryName='shop', imageTag='v0', imageManifest=json.dumps({'schemaVersion': 2}))
    raise AssertionError('should have been refused')
except ecr.exceptions.ImageTagAlreadyExistsException:
    pass
pages = ecr.get_paginator('describe_images').paginate(repositoryName='shop', PaginationConfig={'PageSize': 2})
tags = sorted(tag for page in pages for image in page['imageDetails'] for tag in image['imageTags'])
assert tags == ['v0', 'v1', 'v2', 'v3', 'v4'], tags
ecr.start_image_scan(repositoryName='shop', imageId={'imageTag': 'v0'})
ecr.get_waiter('image_scan_complete').wait(repositoryName='shop', imageId={'imageTag': 'v0'})
token = ecr.get_authorization_token()['authorizationData'][0]
assert base64.b64decode(token['authorizationToken']).startswith(b'AWS:')
policy = json.dumps({'rules': [{'rulePriority': 1, 'action': {'type': 'expire'}, 'selection':
    {'tagStatus': 'any', 'countType': 'imageCountMoreThan', 'countNumber': 1}}]})
ecr.start_lifecycle_policy_preview(repositoryName='shop', lifecyclePolicyText=policy)
ecr.get_waiter('lifecycle_policy_preview_complete').wait(repositoryName='shop')
assert ecr.get_lifecycle_policy_preview(repositoryName='shop')['summary']['expiringImageTotalCount'] == 4
assert ecr.list_tags_for_resource(resourceArn=arn)['tags'] == [{'Key': 'a', 'Value': 'b'}]
print('done')
`;
    const env = awsEnvironment(runtime.endpoint);
    const { stdout } = await promisify(execFile)('python3', ['-c', program], { env });
    expect(stdout).toContain('done');
  },
  60_000,
);
