export { explain, title } from './explain';
export { setLanguage, type Bundle } from './language';
export { significant } from './numbers';
export { say, words } from './say';
