/**
 * Rules about the source text that the linter cannot state: no `**` operator (its bits differ between engines), nothing that depends on
 * locale, clock or order of properties where numbers are made, no module of Node where a page must come, a header with source and
 * deviations in every algorithm file.
 *
 * *Source:* house rules 5 and 7. *Deviations:* none.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'

const root = new URL('../..', import.meta.url).pathname

const filesBelow = (folder: string): readonly string[] =>
  readdirSync(join(root, folder), { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => join(entry.parentPath, entry.name))

/** The text with comments, strings and template text blanked, so that only code is left. */
export const codeOf = (text: string): string =>
  text.replace(/\/\*[\s\S]*?\*\/|\/\/[^\n]*|'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|`(?:\\.|[^`\\])*`/g, ' ')

const sources = ['src', 'envs', 'backends'].flatMap(filesBelow)

describe('source text', () => {
  test('the search for the power operator finds one', () => {
    expect(codeOf("const a = 'x ** y' // b ** c\nconst d = e ** f")).toMatch(/e \*\* f/)
    expect(codeOf("const a = 'x ** y' // b ** c")).not.toMatch(/\*\*/)
  })

  test.each(sources.map((file) => [file.slice(root.length), file]))('%s uses no power operator', (_, file) => {
    expect(codeOf(readFileSync(file, 'utf8'))).not.toMatch(/\*\*/)
  })

  test.each(sources.map((file) => [file.slice(root.length), file]))('%s says what it is, its source and its deviations', (_, file) => {
    const header = /^(?:#![^\n]*\n)?\/\*\*[\s\S]*?\*\//.exec(readFileSync(file, 'utf8'))?.[0] ?? ''
    expect(header).toMatch(/\*Source:\*/)
    expect(header).toMatch(/\*Deviations:\*/)
  })

  describe('where numbers are made', () => {
    const pure = ['core', 'nn', 'optim', 'bo', 'memory', 'es', 'rl', 'outer', 'experiment', 'run'].map((folder) => `src/${folder}`)
    const files = [...pure, 'envs', 'backends/reference', 'backends/simd'].flatMap(filesBelow) // a backend that is not exact promises no bits
    const codeIn = (file: string): string => codeOf(readFileSync(file, 'utf8'))

    test.each([
      ['locale', /\bIntl\b|\.toLocale|\.localeCompare\b/],
      ['clock', /\bDate\b|\bperformance\b|\bsetTimeout\b|\bsetInterval\b/],
      ['order of properties by `for … in`', /\bfor \((const|let) \w+ in\b/],
      ["engine's own randomness", /\bcrypto\b|Math\.random/],
      ['shared memory', /\bSharedArrayBuffer\b|\bAtomics\b/],
    ])('nothing depends on the %s', (_what, pattern) => {
      expect(files.filter((file) => pattern.test(codeIn(file))).map((file) => file.slice(root.length))).toEqual([])
    })

    test('no module of Node and no threaded engine is imported', () => {
      const imports = (file: string): readonly string[] => [...readFileSync(file, 'utf8').matchAll(/(?:from|import\()\s*'([^']+)'/g)].map(([, name]) => name)
      expect(imports(join(root, 'src/shell/run-lock.ts'))).toContain('node:fs')
      const refused = files.filter((file) => imports(file).some((name) => name.startsWith('node:') || name === '@mujoco/mujoco/mt'))
      expect(refused.map((file) => file.slice(root.length))).toEqual([])
    })
  })
})
