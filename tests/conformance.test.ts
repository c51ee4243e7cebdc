import { expect, test } from 'vitest';
import { services } from '../src/local/index.ts';
import { clientName, levelOf, recordedServices, recordOf } from './conformance/suite.ts';

const registered = services.map(({ name, operations }) => ({
  service: clientName(name),
  operations: Object.keys(operations).sort(),
}));

test.each(registered)(
  'the record of $service covers exactly the operations that it has (npm run conformance)',
  (of) => {
    expect(Object.keys(recordOf(of.service) ?? {})).toEqual(of.operations);
  },
);

test('there is no record of a service that the runtime does not have', () => {
  expect([...recordedServices()].sort()).toEqual(registered.map(({ service }) => service).sort());
});

test.each(registered)('every operation of $service stands in its record at the level that it is listed at', (of) => {
  for (const [operation, { level }] of Object.entries(recordOf(of.service) ?? {})) {
    expect([operation, level]).toEqual([operation, levelOf(of.service, operation)]);
  }
});
