/**
 * Asks every engine of this machine for all digests (numbers, rollouts, short runs) and compares them with the golden data, which Node 20 made.
 *
 *     npm run engines                                           # every engine that is found; 'not run' for the others
 *     npm run engines -- --engines node,firefox --groups box2d  # some of them
 *     npm run engines -- --add                                  # golden data for what has none yet, by this Node
 *     npm run engines -- --replace --groups box2d               # golden data anew, by this Node: say why in the changelog
 *     npm run engines -- --save answers.json                    # what each engine said, for a closer look
 *
 * It ends with 1 where an engine differs or fails. Nothing runs twice at a time: engines are asked one after the other.
 *
 * *Source:* house rules 5 and 9. *Deviations:* none.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { enginesAt } from './engines.ts'
import { readGolden, updatedGolden, writeGolden } from './golden.ts'
import { buildPage } from './page-server.ts'
import { ask } from './run-engine.ts'
import { allAgree, type Heard, rowOf, tableText } from './verdict.ts'
import { columns, type Request } from './work.ts'

const here = (name: string): string => fileURLToPath(new URL(name, import.meta.url))

const { values } = parseArgs({
  options: {
    engines: { type: 'string' },
    groups: { type: 'string' },
    add: { type: 'boolean', default: false },
    replace: { type: 'boolean', default: false },
    save: { type: 'string' },
  },
})

/** The chosen names of a comma-separated list; unknown ones end the script. */
const chosen = (what: string, list: string | undefined, known: readonly string[]): readonly string[] | null => {
  const names = list?.split(',') ?? null
  const unknown = names?.filter((name) => !known.includes(name)) ?? []
  if (unknown.length > 0) {
    process.stderr.write(`no ${what} ${unknown.join(', ')}; there are ${known.join(', ')}\n`)
    process.exit(2)
  }
  return names
}

const known = enginesAt(process.cwd())
const request: Request = { groups: chosen('group', values.groups, columns.map(({ group }) => group)) }
const asked = columns.filter(({ group }) => request.groups === null || request.groups.includes(group))
const writes = values.add || values.replace
const ids = writes ? ['node'] : chosen('engine', values.engines, known.map(({ id }) => id))
const engines = known.filter(({ id }) => ids === null || ids.includes(id))
const page = mkdtempSync(join(tmpdir(), 'bilevel-page-'))

try {
  if (engines.some(({ kind, command }) => kind === 'page' && command !== null)) await buildPage(here('./page-engine.js'), page)
  const heard: Heard[] = []
  for (const engine of engines) {
    const { id, title, command } = engine
    process.stderr.write(`${title}: ${command ?? 'not found'}\n`)
    heard.push({ id, title, answer: command === null ? null : await ask(engine, command, { console: here('./console-engine.js'), page }, request) })
  }
  const [{ answer }] = heard
  if (writes && answer !== null) writeGolden(updatedGolden(readGolden(), answer, asked, values.replace))
  const golden = readGolden()
  const rows = heard.map((one) => rowOf(one, golden, asked))
  if (values.save !== undefined) writeFileSync(values.save, JSON.stringify({ rows, heard }, null, 1))
  process.stdout.write(tableText(rows, asked))
  process.exitCode = allAgree(rows) ? 0 : 1
} finally {
  rmSync(page, { recursive: true, force: true })
}
