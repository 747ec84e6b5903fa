/**
 * The command line gives the frozen digests of the short runs: what its files hold is what any engine and any number of workers compute
 * in memory (`property-tests/engines`).
 *
 * *Source:* house rules 5 and 9. *Deviations:* none.
 */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { bilevel, digestOf, requireBuild, workshop } from '../cli/program.ts'
import { readGolden } from '../engines/golden.ts'
import { root } from '../engines/script.ts'
import { shortRuns } from '../engines/short-runs.ts'

const place = workshop()
const golden = readGolden(join(root, 'property-tests/engines/golden.json')).chains.runs

/** The digest of a chain after its last event, as far as it is kept. */
const lastOf = (chain: string): string => chain.split(' ').at(-1) ?? ''

describe('short runs by the command line', () => {
  beforeAll(requireBuild)
  afterAll(() => place.remove())

  test.each(Object.entries(shortRuns))('%s', async (name, config) => {
    const run = `run${Object.keys(shortRuns).indexOf(name)}`
    writeFileSync(place.at(`${run}.json`), JSON.stringify(config))
    const { code, err } = await bilevel(place.path, 'train', `${run}.json`, '--out', run, '--workers', '0')
    expect(code, err).toBe(0)
    expect(digestOf(place.at(run)).slice(0, lastOf(golden[name]).length)).toBe(lastOf(golden[name]))
  })
})
