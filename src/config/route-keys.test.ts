import { describe, expect, test } from 'vitest';
import { type KeyedRoute, routeKeys } from './route-keys.ts';

const route = (path: string, priority: number, host: string | null = null) => ({ host, path, priority });
const keyed = (key: string, path: string, priority: number): KeyedRoute => ({ key, ...route(path, priority) });

describe('the key of a route', () => {
  test('is its priority when it is new', () => {
    expect(routeKeys([route('/*', 10), route('/a', 5)], [])).toEqual(['10', '5']);
  });

  test('stays when its host or its path changes', () => {
    expect(routeKeys([route('/new/*', 10, 'new.example.com')], [keyed('10', '/*', 10)])).toEqual(['10']);
  });

  test('stays when its priority changes', () => {
    expect(routeKeys([route('/*', 20)], [keyed('10', '/*', 10)])).toEqual(['10']);
  });

  test('goes with the priority when two routes exchange theirs: rules then exchange conditions, which is no conflict', () => {
    const former = [keyed('10', '/*', 10), keyed('5', '/a', 5)];
    expect(routeKeys([route('/*', 5), route('/a', 10)], former)).toEqual(['5', '10']);
  });

  test('is another one for a new route at the priority that a moved one began with', () => {
    expect(routeKeys([route('/*', 20), route('/b', 10)], [keyed('10', '/*', 20)])).toEqual(['10', '10-2']);
  });

  test('is not taken over from a route that is gone at the same time, but at its priority', () => {
    expect(routeKeys([route('/b', 7)], [keyed('10', '/a', 10)])).toEqual(['7']);
    expect(routeKeys([route('/b', 10)], [keyed('10', '/a', 10)])).toEqual(['10']);
  });
});
