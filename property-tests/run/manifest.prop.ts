import { describe, expect, test } from 'vitest'
import { configDigest, decodeManifest, encodeManifest, looksLikeManifest, runIdOf } from '../../src/run/manifest.ts'
import { least, manifestWith, resolved } from './config-samples.ts'

describe('manifest', () => {
  test('is read as it was written', () => {
    for (const change of [{}, { seed: 'text' }, { outer: { kind: 'bierl-npm' } }]) {
      const manifest = manifestWith(change)
      expect(decodeManifest(encodeManifest(manifest))).toStrictEqual({ _tag: 'Right', right: manifest })
      expect(looksLikeManifest(JSON.parse(encodeManifest(manifest)))).toBe(true)
    }
    expect(looksLikeManifest(least)).toBe(false)
  })

  test('the run id depends on config, seed and code version, and on nothing else', () => {
    const config = resolved(least)
    const id = runIdOf(config, '0.1.0')
    expect(id).toMatch(/^[0-9a-f]{12}$/)
    expect(manifestWith().runId).toBe(id)
    expect(runIdOf(resolved(config), '0.1.0')).toBe(id)
    expect(runIdOf(Object.fromEntries(Object.entries(config).reverse()) as typeof config, '0.1.0')).toBe(id)
    const others = [runIdOf(config, '0.1.1'), runIdOf(resolved({ ...least, seed: 2 }), '0.1.0'), runIdOf(resolved({ ...least, name: 'y' }), '0.1.0')]
    expect(new Set([id, ...others]).size).toBe(4)
  })

  test('the digest is that of the content: a frozen value', () => {
    expect(configDigest({ b: 1, a: [0.1] } as never)).toBe(configDigest({ a: [0.1], b: 1 } as never))
    expect(configDigest({ a: 1 } as never)).toBe('015abd7f5cc57a2dd94b7590f04ad8084273905ee33ec5cebeae62276a97f862') // SHA-256 of {"a":1}
  })

  test.each<[string, (text: string) => string, string]>([
    ['not JSON', () => 'x', ''],
    ['a field is missing', (text) => text.replace('"seed": 1,', ''), 'seed'],
    ['another format', (text) => text.replace('"formatVersion": 1', '"formatVersion": 2'), 'formatVersion'],
    ['an edited config', (text) => text.replace('"sigma": 0.05', '"sigma": 0.06'), 'config'],
  ])('%s is refused', (_, change, path) => {
    expect(decodeManifest(change(encodeManifest(manifestWith())))).toMatchObject({ _tag: 'Left', left: { _tag: 'NotAManifest', path } })
  })
})
