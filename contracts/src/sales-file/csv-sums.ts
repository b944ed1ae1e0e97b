/** Words that stand on rows of sums instead of a receipt, a date or a code. */
const TOTAL =
  /^(?:(?:grand|sub|report|daily|day|overall|receipt|net|sales|page|file|shift|order|all)[ -]?)*totals?[:：]?$|^(?:sum|summary|somme|suma|soma|summe|zwischensumme|insgesamt|gesamt(?:summe|betrag|umsatz|ergebnis)?|total (?:general|général|geral|ttc|ht)|totale|итого)[:：]?$|^(?:本日|当日|當日|今日|本页|本頁|全部|销售|銷售|金额|金額)?(?:合计|合計|总计|總計|小计|小計|总额|總額|共计|共計|汇总|彙總)[:：]?$/i;

export const isTotalWord = (text: string): boolean => TOTAL.test(text.trim());
