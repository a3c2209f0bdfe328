export { explain, remedyTitle } from './explain';
export { setLanguage, type Bundle } from './language';
export { significant } from './numbers';
export { say, words } from './say';
