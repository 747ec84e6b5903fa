/**
 * The version of this program, for places that have no files to read it from. A test compares it with `package.json`.
 *
 * *Source:* house contract 4 (run record). *Deviations:* none.
 */

/** Part of every run id; a checkpoint is continued by the version that wrote it only. */
export const codeVersion = '0.1.0'
