/**
 * What is loaded only once there is a log or a script: the heavy rooms, in bundles of their own, so that the extension
 * starts without them. The editor takes values from here through `Platform.engine`, and only types from the rooms.
 */
export { diagnose, fitsOf, matchScript } from './diagnosis';
export { editedBy, jobOf, lackingData, mayImprove, withChosen } from './rerun/job';
export { readScript, readWithFiles, remedyEdits, ScriptReader } from './script';
