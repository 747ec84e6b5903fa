/**
 * Rules about the source text that the linter cannot state: no `**` operator (its bits differ between engines), a header
 * with source and deviations in every algorithm file, no words that belong to nobody.
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
})
