/**
 * The report of runs: one page that needs nothing but itself, and every figure as an SVG of its own.
 *
 * It opens with what was reached. Figures and tables follow, then what is needed to make the runs again: resolved configs, commands,
 * digests. Nothing in it depends on a clock or on the machine that draws it.
 *
 * *Source:* none. *Deviations:* none.
 */
import { stringify } from 'yaml'
import type { RunRecord } from '../run/record.ts'
import { figuresOf, type Figure } from './figures.ts'
import { cautionsOf, comparisonTable, headlineOf, runTable, timeTable, type Table } from './findings.ts'
import { counted } from './number-text.ts'
import { orderRuns, type OrderedRuns, type Run, type TaskRuns } from './run-groups.ts'
import { escaped } from './xml-text.ts'

/** `html` is the page; `figures` are the pictures in it, each the text of an SVG file `<name>.svg`. */
export type Report = Readonly<{ html: string; figures: readonly Readonly<{ name: string; svg: string }>[] }>

const STYLE = `
:root{color-scheme:light}
body{margin:0 auto;padding:2.5rem 1.25rem 4rem;max-width:58rem;font:15px/1.5 system-ui,"DejaVu Sans",sans-serif;color:#1b1b1b;background:#fff}
h1{font-size:1.5rem;line-height:1.25;margin:0 0 .5rem}
h2{font-size:1.15rem;margin:2.5rem 0 .75rem;border-bottom:1px solid #ddd;padding-bottom:.25rem}
h3{font-size:1rem;margin:1.75rem 0 .5rem}
.lead{font-size:1.05rem;margin:.25rem 0 1rem}
.cautions{margin:1rem 0;padding:.6rem .9rem .6rem 2rem;background:#fdf6e3;border-left:3px solid #b58900}
figure{margin:1.5rem 0}
figure svg{display:block;max-width:100%;height:auto;margin-left:-12px}
figcaption{color:#5c5c5c;font-size:.87rem;max-width:46rem;margin-top:.1rem}
.wide{overflow-x:auto}
table{border-collapse:collapse;font-size:.87rem;font-variant-numeric:tabular-nums;margin:.5rem 0}
th,td{text-align:right;padding:.3rem .45rem;border-bottom:1px solid #e6e6e6;white-space:nowrap;vertical-align:bottom}
th{font-weight:600;color:#5c5c5c;white-space:normal}
th.word,td.word{text-align:left}
th:first-child,td:first-child{padding-left:0}
pre,code{font-family:ui-monospace,"DejaVu Sans Mono",monospace;font-size:.82rem}
pre{background:#f6f6f4;padding:.75rem 1rem;overflow-x:auto;margin:.5rem 0}
summary{cursor:pointer;margin:.5rem 0}
@media print{body{max-width:none;padding:0}figure,tr{break-inside:avoid}}
`

const paragraph = (text: string, kind = ''): string => `<p${kind === '' ? '' : ` class="${kind}"`}>${escaped(text)}</p>`

const tableHtml = ({ words, columns, rows }: Table): string => {
  const cell = (tag: 'th' | 'td') => (text: string, column: number) => `<${tag}${column < words ? ' class="word"' : ''}>${escaped(text)}</${tag}>`
  if (rows.length === 0) return ''
  const row = (tag: 'th' | 'td', cells: readonly string[]): string => `<tr>${cells.map(cell(tag)).join('')}</tr>`
  const body = rows.map((cells) => row('td', cells)).join('\n')
  return `<div class="wide"><table><thead>${row('th', columns)}</thead><tbody>\n${body}\n</tbody></table></div>`
}

/** A page knows what an `svg` is without its namespace, so that no address stands in it. */
const figureHtml = ({ svg, caption }: Figure): string =>
  `<figure>${svg.trimEnd().replace(' xmlns="http://www.w3.org/2000/svg"', '')}<figcaption>${escaped(caption)}</figcaption></figure>`

/** An argument as a POSIX shell takes it. */
const quoted = (argument: string): string => (/^[\w@%+=:,./-]+$/.test(argument) ? argument : `'${argument.replaceAll("'", String.raw`'\''`)}'`)

const command = (...parts: readonly string[]): string => ['npx', 'bilevel', ...parts].map(quoted).join(' ')

const manifestAt = (place: string): string => (place === '.' ? 'manifest.json' : `${place}/manifest.json`)

const reproduction = (runs: readonly Run[]): string => {
  const [first] = runs
  const { place, manifest } = first.record
  const rows = runs.map(({ record, curve }) => [
    record.place,
    String(record.manifest.seed),
    record.manifest.runId,
    curve.done ? 'done' : 'not done',
    record.log.mark.chain,
  ])
  const { createdBy } = manifest
  return [
    paragraph('From the directory of this page:'),
    `<pre>${escaped(
      [
        ...(createdBy === null ? [] : ['# how the first run was made', command(...createdBy), '']),
        '# make it again, as a new run',
        command('train', manifestAt(place)),
        '',
        '# compute it again and compare every event',
        command('verify', place),
      ].join('\n'),
    )}</pre>`,
    runs.length > 1 ? paragraph('The same commands serve every run, with its directory in place of the first.') : '',
    tableHtml({ words: 1, columns: ['directory', 'seed', 'run id', 'state', 'digest of all events'], rows }),
  ].join('\n')
}

const configs = (tasks: readonly TaskRuns[]): string =>
  tasks
    .flatMap(({ groups }) => groups)
    .map(({ label, runs }) => {
      const { config } = runs[0].record.manifest
      const seeds =
        runs.length > 1
          ? ` (that of seed ${config.seed}; ${counted(runs.length, 'seed')}: ${runs.map(({ record }) => record.manifest.seed).join(', ')})`
          : ''
      return `<details><summary>${escaped(`${label}${seeds}`)}</summary><pre>${escaped(stringify(config).trimEnd())}</pre></details>`
    })
    .join('\n')

const versionsOf = (runs: readonly Run[]): string => {
  const { versions, backend } = runs[0].record.manifest
  return `Made with ${Object.entries(versions)
    .map(([name, version]) => `${name} ${version}`)
    .join(', ')}; backend ${backend.name}${backend.exact ? ', bit for bit the same on every machine' : ', not exact'}.`
}

const taskHtml = (task: TaskRuns, figures: readonly Figure[], heading: string): string => {
  const times = timeTable(task)
  const comparison = tableHtml(comparisonTable(task))
  return [
    heading,
    ...figures.filter(({ name }) => !/(time|speed)$/.test(name)).map(figureHtml),
    comparison === '' ? '' : `<h3>Comparison</h3>${comparison}`,
    '<h3>Runs</h3>',
    tableHtml(runTable(task)),
    '<h3>Time</h3>',
    times.rows.length === 0 ? paragraph('No telemetry was found, so nothing is known about time.') : '',
    ...figures.filter(({ name }) => /(time|speed)$/.test(name)).map(figureHtml),
    tableHtml(times),
  ].join('\n')
}

const titleOf = ({ tasks }: OrderedRuns, runs: readonly Run[]): string => {
  const names = new Set(runs.filter(({ record }) => !record.place.includes('compare/')).map(({ record }) => record.manifest.name))
  return names.size === 1 && tasks.length === 1
    ? `${[...names][0]} on ${tasks[0].task}`
    : `${counted(runs.length, 'run')} on ${tasks.map(({ task }) => task).join(', ')}`
}

/** A name that can be part of a file name. */
const slug = (text: string): string =>
  text
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]+/gu, '-')
    .replaceAll(/^-|-$/g, '')
    .slice(0, 40)

/** The report of `records` (at least one); the first of the first task is what the others are compared with. */
export const renderReport = (records: readonly RunRecord[]): Report => {
  const ordered = orderRuns(records)
  const { tasks } = ordered
  const runs = tasks.flatMap(({ groups }) => groups.flatMap((group) => group.runs))
  const figures = tasks.map((task, i) => figuresOf(task, tasks.length > 1 ? `${i + 1}-${slug(task.task)}-` : ''))
  const cautions = cautionsOf(ordered)
  const title = titleOf(ordered, runs)
  const html = [
    `<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">`,
    `<title>${escaped(title)}</title><style>${STYLE}</style></head><body>`,
    `<h1>${escaped(title)}</h1>`,
    ...tasks.map((task) => paragraph(headlineOf(task), 'lead')),
    cautions.length === 0 ? '' : `<ul class="cautions">${cautions.map((text) => `<li>${escaped(text)}</li>`).join('')}</ul>`,
    ...tasks.map((task, i) => taskHtml(task, figures[i], tasks.length > 1 ? `<h2>${escaped(task.task)}</h2>` : '')),
    '<h2>Config</h2>',
    paragraph('Every value, defaults included. Saved as a file, it can be trained.'),
    configs(tasks),
    '<h2>Reproduce</h2>',
    reproduction(runs),
    paragraph(versionsOf(runs)),
    '</body></html>\n',
  ]
  return { html: html.filter((part) => part !== '').join('\n'), figures: figures.flat().map(({ name, svg }) => ({ name, svg })) }
}
