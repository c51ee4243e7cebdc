import { describe, expect, test } from 'vitest';
import { ms, seconds } from '../../../base/index.ts';
import { memoryStore } from '../../store/memory-store.ts';
import { type EcrFixture, ecrFixture } from './ecr-fixture.ts';
import { digestOf } from './push.ts';
import { imageToRun } from './uploads.ts';

const repositoryName = 'team/api';
const registry = "in the registry with id '000000000000'";

function withRepository(
  more: { readonly tags?: { Key: string; Value: string }[] } = {},
  store = memoryStore(),
): EcrFixture {
  const fixture = ecrFixture(store);
  fixture.run('CreateRepository', { repositoryName, ...more });
  return fixture;
}

/** Pushes images one minute apart: `['a:v1,latest', 'b']` is a with two tags, and b without any. */
function push(fixture: EcrFixture, images: readonly string[]): void {
  for (const image of images) {
    const [name = '', tags = ''] = image.split(':');
    const imageManifest = fixture.manifest(name);
    if (tags === '') fixture.run('PutImage', { repositoryName, imageManifest });
    for (const imageTag of tags.split(',').filter(Boolean)) {
      fixture.run('PutImage', { repositoryName, imageManifest, imageTag });
    }
    fixture.clock.advance(seconds(60));
  }
}

const tagsLeft = (fixture: EcrFixture): string =>
  (fixture.run('ListImages', { repositoryName }).imageIds ?? [])
    .map(({ imageTag }) => imageTag ?? '-')
    .sort()
    .join(' ');

describe('repositories (ECR-API/API_CreateRepository, API_DescribeRepositories, API_DeleteRepository)', () => {
  test('are described as they were made, with AWS’s defaults', () => {
    const { run } = withRepository({ tags: [{ Key: 'a', Value: 'b' }] });
    expect(run('DescribeRepositories', { repositoryNames: [repositoryName] }).repositories).toMatchObject([
      {
        repositoryArn: 'arn:aws:ecr:eu-central-1:000000000000:repository/team/api',
        registryId: '000000000000',
        repositoryUri: '000000000000.dkr.ecr.eu-central-1.amazonaws.com/team/api',
        imageTagMutability: 'MUTABLE',
        imageScanningConfiguration: { scanOnPush: false },
        encryptionConfiguration: { encryptionType: 'AES256' },
      },
    ]);
    const resourceArn = 'arn:aws:ecr:eu-central-1:000000000000:repository/team/api';
    run('TagResource', { resourceArn, tags: [{ Key: 'c', Value: 'd' }] });
    run('UntagResource', { resourceArn, tagKeys: ['a'] });
    expect(run('ListTagsForResource', { resourceArn }).tags).toEqual([{ Key: 'c', Value: 'd' }]);
  });

  test('are refused in AWS’s words', () => {
    const fixture = withRepository();
    push(fixture, ['a:v1']);
    const { refusal } = fixture;
    expect(refusal('CreateRepository', { repositoryName })).toBe(
      `RepositoryAlreadyExistsException: The repository with name 'team/api' already exists ${registry}`,
    );
    expect(refusal('CreateRepository', { repositoryName: 'Team' })).toMatch(/^InvalidParameterException: .*regular/);
    expect(refusal('DescribeRepositories', { repositoryNames: ['none'] })).toBe(
      `RepositoryNotFoundException: The repository with name 'none' does not exist ${registry}`,
    );
    expect(refusal('DeleteRepository', { repositoryName })).toBe(
      "RepositoryNotEmptyException: The repository with name 'team/api' in registry with id '000000000000' cannot be deleted because it still contains images",
    );
    expect(refusal('GetRepositoryPolicy', { repositoryName })).toMatch(/^RepositoryPolicyNotFoundException/);
    expect(refusal('SetRepositoryPolicy', { repositoryName, policyText: 'x' })).toMatch(/^InvalidParameterException/);
    expect(refusal('TagResource', { resourceArn: 'x', tags: [] })).toMatch(/^InvalidParameterException/);
    fixture.run('DeleteRepository', { repositoryName, force: true });
    expect(refusal('ListImages', { repositoryName })).toMatch(/^RepositoryNotFoundException/);
  });

  test('outlive the runtime with their images', () => {
    const store = memoryStore();
    push(withRepository({}, store), ['a:v1']);
    expect(tagsLeft(ecrFixture(store))).toBe('v1');
  });
});

describe('images (ECR-API/API_PutImage, API_BatchGetImage, API_DescribeImages, API_BatchDeleteImage)', () => {
  test('are found by digest and by each of their tags', () => {
    const fixture = withRepository();
    push(fixture, ['a:v1,deployed-1', 'b']);
    const imageManifest = fixture.manifest('a');
    const imageDigest = digestOf(imageManifest);
    expect(
      fixture.run('DescribeImages', { repositoryName, imageIds: [{ imageTag: 'v1' }] }).imageDetails,
    ).toMatchObject([{ imageDigest, imageTags: ['v1', 'deployed-1'], imageSizeInBytes: 1100 }]);
    const got = fixture.run('BatchGetImage', {
      repositoryName,
      imageIds: [{ imageTag: 'deployed-1' }, { imageDigest }, { imageTag: 'none' }, {}],
    });
    expect(got.images).toMatchObject([{ imageId: { imageTag: 'deployed-1', imageDigest }, imageManifest }, {}]);
    expect(got.failures?.map(({ failureCode }) => failureCode)).toEqual(['ImageNotFound', 'MissingDigestAndTag']);
    expect(tagsLeft(fixture)).toBe('- deployed-1 v1');
    expect(fixture.run('ListImages', { repositoryName, filter: { tagStatus: 'UNTAGGED' } }).imageIds).toHaveLength(1);
  });

  test('lose a tag that another gets, unless the repository is immutable', () => {
    const fixture = withRepository();
    push(fixture, ['a:v1', 'b:v1']);
    expect(
      fixture.run('DescribeImages', { repositoryName, imageIds: [{ imageTag: 'v1' }] }).imageDetails,
    ).toMatchObject([{ imageDigest: digestOf(fixture.manifest('b')) }]);
    fixture.run('PutImageTagMutability', { repositoryName, imageTagMutability: 'IMMUTABLE' });
    expect(fixture.refusal('PutImage', { repositoryName, imageManifest: fixture.manifest('a'), imageTag: 'v1' })).toBe(
      "ImageTagAlreadyExistsException: The image tag 'v1' already exists in the 'team/api' repository and cannot be overwritten because the repository is immutable.",
    );
    push(fixture, ['a:v2']);
    fixture.run('PutImageTagMutability', {
      repositoryName,
      imageTagMutability: 'IMMUTABLE_WITH_EXCLUSION',
      imageTagMutabilityExclusionFilters: [{ filterType: 'WILDCARD', filter: 'v*' }],
    });
    push(fixture, ['b:v2']);
  });

  test('are refused in AWS’s words', () => {
    const fixture = withRepository();
    push(fixture, ['a:v1']);
    const { refusal, manifest } = fixture;
    const imageManifest = manifest('a');
    expect(refusal('PutImage', { repositoryName, imageManifest, imageTag: 'v1' })).toBe(
      `ImageAlreadyExistsException: Image with digest '${digestOf(imageManifest)}' and tag 'v1' already exists in the repository with name 'team/api' in registry with id '000000000000'`,
    );
    expect(refusal('PutImage', { repositoryName, imageManifest, imageDigest: 'sha256:0' })).toMatch(
      /^ImageDigestDoesNotMatchException/,
    );
    expect(refusal('PutImage', { repositoryName, imageManifest: 'x' })).toMatch(/^InvalidParameterException/);
    expect(refusal('DescribeImages', { repositoryName, imageIds: [{ imageTag: 'v9' }] })).toBe(
      `ImageNotFoundException: The image with imageId {imageDigest:'null', imageTag:'v9'} does not exist within the repository with name 'team/api' ${registry}`,
    );
    expect(refusal('DescribeImages', { repositoryName, maxResults: 1001 })).toMatch(/^InvalidParameterException/);
  });

  test('go with their last tag, or by digest at once', () => {
    const fixture = withRepository();
    push(fixture, ['a:v1,v2', 'b:v3']);
    const answer = fixture.run('BatchDeleteImage', {
      repositoryName,
      imageIds: [{ imageTag: 'v1' }, { imageTag: 'x' }],
    });
    expect(answer.failures).toMatchObject([{ failureCode: 'ImageNotFound' }]);
    expect(tagsLeft(fixture)).toBe('v2 v3');
    const imageDigest = digestOf(fixture.manifest('b'));
    fixture.run('BatchDeleteImage', { repositoryName, imageIds: [{ imageTag: 'v2' }, { imageDigest }] });
    expect(fixture.run('DescribeImages', { repositoryName }).imageDetails).toEqual([]);
  });

  test('come in pages', () => {
    const fixture = withRepository();
    push(fixture, ['a', 'b', 'c']);
    const first = fixture.run('DescribeImages', { repositoryName, maxResults: 2 });
    const { nextToken } = first;
    const second = fixture.run('DescribeImages', { repositoryName, maxResults: 2, nextToken });
    expect([first.imageDetails?.length, second.imageDetails?.length, second.nextToken]).toEqual([2, 1, undefined]);
  });

  test('have no findings, and the answer says why', () => {
    const fixture = withRepository();
    push(fixture, ['a:v1']);
    const of = { repositoryName, imageId: { imageTag: 'v1' } };
    expect(fixture.refusal('DescribeImageScanFindings', of)).toMatch(/^ScanNotFoundException/);
    fixture.run('StartImageScan', of);
    const found = fixture.run('DescribeImageScanFindings', of);
    expect(found.imageScanFindings?.findings).toEqual([]);
    expect(found.imageScanStatus).toMatchObject({
      status: 'COMPLETE',
      description: expect.stringContaining('nothing was searched'),
    });
  });
});

describe('what is uploaded to the runtime', () => {
  test('is in its repository, made or not, and CreateRepository takes it over', () => {
    const fixture = ecrFixture();
    fixture.upload(repositoryName, 'v1', 'aaaa');
    expect(tagsLeft(fixture)).toBe('v1');
    fixture.run('CreateRepository', { repositoryName, imageTagMutability: 'IMMUTABLE' });
    fixture.upload(repositoryName, 'v2', 'bbbb');
    fixture.upload(repositoryName, 'v1', 'cccc');
    const described = fixture.run('DescribeImages', { repositoryName }).imageDetails;
    expect(described?.map(({ imageTags }) => imageTags)).toEqual([['v1'], ['v2'], undefined]);
    expect(fixture.refusal('CreateRepository', { repositoryName })).toMatch(/^RepositoryAlreadyExists/);
  });

  test('runs by a tag that was put on it later, and no more once it is deleted', () => {
    const fixture = ecrFixture();
    fixture.upload(repositoryName, 'v1', '{}');
    const host = '000000000000.dkr.ecr.eu-central-1.amazonaws.com';
    const { imageDetails } = fixture.run('DescribeImages', { repositoryName });
    const digest = imageDetails?.[0]?.imageDigest ?? '';
    const run = (reference: string) => imageToRun(fixture.state, reference);
    expect(run(`${host}/team/api:v1`)).toEqual({ kind: 'found', reference: `${host}/team/api@${digest}` });
    expect(run(`${host}/team/api:v2`)).toEqual({ kind: 'missing' });
    expect(run(`${host}/other:v2`)).toEqual({ kind: 'as-it-is' });
    expect(run('nginx')).toEqual({ kind: 'as-it-is' });
    const whole = `${host}/team/api@sha256:${'0'.repeat(64)}`;
    expect(run(whole)).toEqual({ kind: 'as-it-is' });
    fixture.run('DeleteRepository', { repositoryName, force: true });
    fixture.run('CreateRepository', { repositoryName });
    expect(run(`${host}/team/api:v1`)).toEqual({ kind: 'missing' });
  });
});

describe('lifecycle policies (ECR/lifecycle_policy_parameters, ECR/lifecycle_policy_examples)', () => {
  const rule = (rulePriority: number, selection: object) => ({ rulePriority, selection, action: { type: 'expire' } });
  const policy = (...rules: object[]) => JSON.stringify({ rules });
  const more = (countNumber: number, selection: object) => ({
    ...selection,
    countType: 'imageCountMoreThan',
    countNumber,
  });
  const leftBy = (fixture: EcrFixture, lifecyclePolicyText: string): string => {
    fixture.run('PutLifecyclePolicy', { repositoryName, lifecyclePolicyText });
    fixture.clock.advance(ms(1_000));
    return tagsLeft(fixture);
  };

  test('keep the newest of a kind', () => {
    const fixture = withRepository();
    push(fixture, ['a:v1', 'b:v2', 'c:v3', 'd:other']);
    expect(leftBy(fixture, policy(rule(1, more(2, { tagStatus: 'tagged', tagPrefixList: ['v'] }))))).toBe(
      'other v2 v3',
    );
  });

  test('expire what was pushed too many days ago, as time goes by', () => {
    const fixture = withRepository();
    push(fixture, ['a', 'b:v1']);
    const untagged = { tagStatus: 'untagged', countType: 'sinceImagePushed', countUnit: 'days', countNumber: 1 };
    expect(leftBy(fixture, policy(rule(1, untagged)))).toBe('- v1');
    fixture.clock.advance(seconds(86_400));
    expect(tagsLeft(fixture)).toBe('v1');
  });

  // "An image that matches the tagging requirements of a rule cannot be expired by a rule with a lower priority."
  test('leave to a rule of higher priority what it selects', () => {
    const fixture = withRepository();
    push(fixture, ['a:deployed-1,v1', 'b:v2', 'c:v3']);
    const rules = [
      rule(2, more(1, { tagStatus: 'any' })),
      rule(1, more(9, { tagStatus: 'tagged', tagPatternList: ['deployed-*'] })),
    ];
    expect(leftBy(fixture, policy(...rules))).toBe('deployed-1 v1 v3');
  });

  test('take images only that have a tag for each pattern', () => {
    const fixture = withRepository();
    push(fixture, ['a:alpha,beta', 'b:alpha2', 'c:alpha3,beta3']);
    const both = { tagStatus: 'tagged', tagPatternList: ['alpha*', 'beta*'] };
    expect(leftBy(fixture, policy(rule(1, more(1, both))))).toBe('alpha2 alpha3 beta3');
  });

  test('are previewed without any effect', () => {
    const fixture = withRepository();
    push(fixture, ['a:v1', 'b:v2']);
    const lifecyclePolicyText = policy(rule(7, more(1, { tagStatus: 'any' })));
    expect(fixture.refusal('GetLifecyclePolicyPreview', { repositoryName })).toMatch(/^LifecyclePolicyPreviewNotFound/);
    expect(fixture.run('StartLifecyclePolicyPreview', { repositoryName, lifecyclePolicyText }).status).toBe(
      'IN_PROGRESS',
    );
    expect(fixture.refusal('StartLifecyclePolicyPreview', { repositoryName, lifecyclePolicyText })).toMatch(
      /^LifecyclePolicyPreviewInProgressException/,
    );
    fixture.clock.advance(seconds(1));
    expect(fixture.run('GetLifecyclePolicyPreview', { repositoryName })).toMatchObject({
      status: 'COMPLETE',
      previewResults: [{ imageTags: ['v1'], appliedRulePriority: 7, action: { type: 'EXPIRE' } }],
      summary: { expiringImageTotalCount: 1 },
    });
    expect(tagsLeft(fixture)).toBe('v1 v2');
  });

  test('are looked at again after a restart, until they are deleted', () => {
    const store = memoryStore();
    const first = withRepository({}, store);
    push(first, ['a:v1']);
    first.run('PutLifecyclePolicy', {
      repositoryName,
      lifecyclePolicyText: policy(rule(1, more(1, { tagStatus: 'any' }))),
    });
    const second = ecrFixture(store);
    second.clock.advance(seconds(200));
    push(second, ['b:v2']);
    expect(tagsLeft(second)).toBe('v2');
    second.run('DeleteLifecyclePolicy', { repositoryName });
    expect(second.refusal('GetLifecyclePolicy', { repositoryName })).toMatch(/^LifecyclePolicyNotFoundException/);
    push(second, ['c:v3']);
    expect(tagsLeft(second)).toBe('v2 v3');
  });

  test.each([
    ['{', 'a list "rules"'],
    [policy(rule(0, {})), 'rulePriority'],
    [policy(rule(1, more(1, { tagStatus: 'tagged' }))), 'tagPrefixList'],
    [policy(rule(1, more(1, { tagStatus: 'any', tagPrefixList: ['v'] }))), 'tagStatus tagged only'],
    [policy(rule(1, more(0, { tagStatus: 'any' }))), 'countNumber'],
    [
      policy(rule(1, more(1, { tagStatus: 'any' })), rule(1, more(1, { tagStatus: 'any' }))),
      'two rules have priority 1',
    ],
  ])('like %s are refused', (lifecyclePolicyText, words) => {
    const { refusal } = withRepository();
    const said = refusal('PutLifecyclePolicy', { repositoryName, lifecyclePolicyText });
    expect(said).toMatch(/^InvalidParameterException: .*Lifecycle policy validation failure/);
    expect(said).toContain(words);
  });
});
