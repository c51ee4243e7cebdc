import { DescribeImagesCommand, ECRClient } from '@aws-sdk/client-ecr';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ask } from './kit/load.ts';
import { aStage, type Stage } from './kit/stage.ts';
import { revisionOf } from './kit/teal-run.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await aStage();
});
afterAll(() => stage?.[Symbol.asyncDispose]());

test('what is deployed is tagged, so that lifecycle policies leave it, and can be deployed by that tag again', async () => {
  stage.service('api', { tasks: 1 });
  const built = await stage.teal(['deploy', 'api']);
  const ecr = new ECRClient(stage.client);
  const { imageDetails } = await ecr.send(new DescribeImagesCommand({ repositoryName: 'api' }));
  const [tag] = imageDetails?.[0]?.imageTags?.filter((each) => each.startsWith('deployed-')) ?? [];
  expect(tag).toBe(`deployed-local-api-${imageDetails?.[0]?.imageDigest?.slice(7, 19)}`);

  stage.service('api', { tasks: 1, fields: { image: `api:${tag}` } });
  const tagged = await stage.teal(['deploy', 'api']);
  expect(revisionOf(tagged)).toBe(revisionOf(built));
  expect(JSON.parse((await ask(await stage.url(), '/version')).body)).toMatchObject({ version: 'v1', color: 'blue' });
});

test('a tag that is not there, or is somewhere else, is refused before anything changes', async () => {
  stage.service('api', { tasks: 1, fields: { image: 'api:never-pushed' } });
  expect((await stage.teal(['deploy', 'api'], 3)).stderr).toContain('There is no image api:never-pushed in ECR');
  stage.service('api', { tasks: 1, fields: { image: 'registry.example.com/api:1' } });
  expect((await stage.teal(['deploy', 'api'], 3)).stderr).toContain('in this account’s ECR only');
});
