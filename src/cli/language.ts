import chinese from '../../l10n/bundle.l10n.zh-cn.json';
import { setLanguage } from '../words';

export const languages = ['en', 'zh-cn'] as const;

export type Language = (typeof languages)[number];

/** Each bundle of the command line has words of its own, so each command says in which language it speaks. */
export function speak(language: Language): void {
  setLanguage(language === 'zh-cn' ? chinese : undefined);
}
