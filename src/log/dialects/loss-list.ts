/*
 * The training losses of all epochs in one list, printed when the training is over, where something says what they are:
 *
 *   Training losses: [0.91, 0.52, 0.33, 0.29, 0.27]
 *   >>> history.history['loss']
 *   [0.91, 0.52, 0.33, 0.29, 0.27]
 */
import { nameOf, NUMBER } from '../values';
import type { Dialect } from './dialect';
import { readLists } from './history';

const NAME = 'loss-list';
const VALUE = String.raw`(?:np\.float\d\d\()?${NUMBER}\)?`;
/** Fewer may be the loss and the metrics of one evaluation; NumPy's arrays and tensors print no commas or stand in brackets. */
const VALUES = String.raw`\[(${VALUE}(?:,\s${VALUE}){4,9999})\]\s{0,40}$`;
const LIST = new RegExp(String.raw`^\s{0,40}((?:(?:train(?:ing)?|epoch|average|mean)[ _])?loss(?:es)?)\s{0,4}[:=]\s{0,4}${VALUES}`, 'i');
const PROMPT = /^\s{0,8}(?:>>>|In \[\d{1,6}\]:)\s.{0,80}\bhistory\[(['"])loss\1\]\)?\s{0,8}$/;
const ANSWER = new RegExp(String.raw`^\s{0,8}(?:Out\[\d{1,6}\]:\s)?()${VALUES}`, 'i');

export const lossList: Dialect = {
  name: NAME,
  read(line, builder) {
    const { text } = line;
    const asked = builder.tableOf(NAME) !== undefined;
    if (asked) builder.table(undefined, false);
    if (!text.includes('[')) return undefined;
    if (PROMPT.test(text)) {
      builder.table({ dialect: NAME, columns: [] }, false);
      return text.length;
    }
    const match = (asked ? ANSWER : LIST).exec(text);
    if (!match) return undefined;
    const [whole, name, values] = match as unknown as [string, string, string];
    const from = whole.lastIndexOf(values);
    const cells = [...values.matchAll(new RegExp(`(?<![a-z])${NUMBER}(?![(])`, 'gi'))].map(({ 0: printed, index }) => {
      const at = from + index;
      return { text: printed, ...line.span(at, at + printed.length) };
    });
    // Counts are printed without decimals; the settings of a training are lists of those as well.
    if (!cells.some(({ text: printed }) => /\.\d/.test(printed))) return undefined;
    return readLists(new Map([[nameOf(name || 'loss'), cells]]), builder) ? text.length : undefined;
  },
};
