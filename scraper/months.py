"""The names of the months in the languages of the web."""

import unicodedata
from collections import Counter

# The names of the months, January to December, as they stand in dates; a word also counts by any beginning of three
# or more letters, for the month that it means in the most languages. Forms of one month are joined by a slash.
MONTHS = """
en january february march april may june july august september october november december
de januar/jänner februar märz april mai juni juli august september oktober november dezember
fr janvier février mars avril mai juin juillet août septembre octobre novembre décembre
es enero febrero marzo abril mayo junio julio agosto septiembre/setiembre octubre noviembre diciembre
it gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre
pt janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro
nl januari februari maart april mei juni juli augustus september oktober november december
da januar februar marts april maj juni juli august september oktober november december
sv januari februari mars april maj juni juli augusti september oktober november december
no januar februar mars april mai juni juli august september oktober november desember
fi tammikuuta helmikuuta maaliskuuta huhtikuuta toukokuuta kesäkuuta heinäkuuta elokuuta syyskuuta lokakuuta \
marraskuuta joulukuuta
pl stycznia/styczeń lutego/luty marca/marzec kwietnia/kwiecień maja/maj czerwca/czerwiec lipca/lipiec \
sierpnia/sierpień września/wrzesień października/październik listopada/listopad grudnia/grudzień
cs ledna/leden února/únor března/březen dubna/duben května/květen června/červen července/červenec srpna/srpen \
září října/říjen listopadu/listopad prosince/prosinec
ru января/январь февраля/февраль марта/март апреля/апрель мая/май июня/июнь июля/июль августа/август \
сентября/сентябрь октября/октябрь ноября/ноябрь декабря/декабрь
uk січня/січень лютого/лютий березня/березень квітня/квітень травня/травень червня/червень липня/липень \
серпня/серпень вересня/вересень жовтня/жовтень листопада/листопад грудня/грудень
ro ianuarie februarie martie aprilie mai iunie iulie august septembrie octombrie noiembrie decembrie
hu január február március április május június július augusztus szeptember október november december
tr ocak şubat mart nisan mayıs haziran temmuz ağustos eylül ekim kasım aralık
el ιανουαρίου φεβρουαρίου μαρτίου απριλίου μαΐου ιουνίου ιουλίου αυγούστου σεπτεμβρίου οκτωβρίου νοεμβρίου \
δεκεμβρίου
ar يناير/كانون-الثاني فبراير/شباط مارس/آذار أبريل/ابريل/نيسان مايو/أيار يونيو/يونيه/حزيران يوليو/يوليه/تموز \
أغسطس/اغسطس/آب سبتمبر/أيلول أكتوبر/اكتوبر/تشرين-الأول نوفمبر/تشرين-الثاني ديسمبر/كانون-الأول
fa ژانویه فوریه مارس آوریل مه ژوئن ژوئیه اوت سپتامبر اکتبر نوامبر دسامبر
he ינואר פברואר מרץ אפריל מאי יוני יולי אוגוסט ספטמבר אוקטובר נובמבר דצמבר
bn জানুয়ারি/জানুয়ারী ফেব্রুয়ারি/ফেব্রুয়ারী মার্চ এপ্রিল মে জুন জুলাই আগস্ট/অগাস্ট সেপ্টেম্বর অক্টোবর নভেম্বর ডিসেম্বর
hi जनवरी फ़रवरी/फरवरी मार्च अप्रैल मई जून जुलाई अगस्त सितंबर/सितम्बर अक्टूबर/अक्तूबर नवंबर/नवम्बर दिसंबर/दिसम्बर
id januari februari maret april mei juni juli agustus september oktober november desember
ms januari februari mac april mei jun julai ogos september oktober november disember
ca gener febrer març abril maig juny juliol agost setembre octubre novembre desembre
hr siječnja/siječanj veljače/veljača ožujka/ožujak travnja/travanj svibnja/svibanj lipnja/lipanj srpnja/srpanj \
kolovoza/kolovoz rujna/rujan listopada/listopad studenoga/studenog/studeni prosinca/prosinac
sl januarja/januar februarja/februar marca/marec aprila/april maja/maj junija/junij julija/julij avgusta/avgust \
septembra/september oktobra/oktober novembra/november decembra/december
sr januara/januar februara/februar marta/mart aprila/april maja/maj juna/jun jula/jul avgusta/avgust \
septembra/septembar oktobra/oktobar novembra/novembar decembra/decembar
sr-cyrl јануара/јануар фебруара/фебруар марта/март априла/април маја/мај јуна/јун јула/јул августа/август \
септембра/септембар октобра/октобар новембра/новембар децембра/децембар
sk januára/január februára/február marca/marec apríla/apríl mája/máj júna/jún júla/júl augusta/august \
septembra/september októbra/október novembra/november decembra/december
bg януари февруари март април май юни юли август септември октомври ноември декември
et jaanuar/jaanuari veebruar/veebruari märts/märtsi aprill/aprilli mai juuni juuli august/augusti \
september/septembri oktoober/oktoobri november/novembri detsember/detsembri
lv janvāris/janvārī februāris/februārī marts/martā aprīlis/aprīlī maijs/maijā jūnijs/jūnijā jūlijs/jūlijā \
augusts/augustā septembris/septembrī oktobris/oktobrī novembris/novembrī decembris/decembrī
lt sausio/sausis vasario/vasaris kovo/kovas balandžio/balandis gegužės/gegužė birželio/birželis liepos/liepa \
rugpjūčio/rugpjūtis rugsėjo/rugsėjis spalio/spalis lapkričio/lapkritis gruodžio/gruodis
th มกราคม/ม.ค. กุมภาพันธ์/ก.พ. มีนาคม/มี.ค. เมษายน/เม.ย. พฤษภาคม/พ.ค. มิถุนายน/มิ.ย. กรกฎาคม/ก.ค. สิงหาคม/ส.ค. กันยายน/ก.ย. \
ตุลาคม/ต.ค. พฤศจิกายน/พ.ย. ธันวาคม/ธ.ค.
"""


def _names() -> dict[str, dict[str, int]]:
    """The months by name in each language, and under "" by what their names mean in the most of them."""
    every: dict[str, dict[str, int]] = {"": {}}
    beginnings: dict[str, Counter[int]] = {}
    for line in unicodedata.normalize("NFC", MONTHS).replace("\\\n", "").strip().split("\n"):
        language, *months = line.split()
        own = every.setdefault(language.partition("-")[0], {})
        for month, forms in enumerate(months, 1):
            for form in forms.split("/"):
                word = form.replace("-", " ")
                every[""].setdefault(word, month)
                own[word] = month
                for length in range(3, len(word)):
                    own.setdefault(word[:length], month)
                    beginnings.setdefault(word[:length], Counter())[month] += 1
    for beginning, counted in beginnings.items():
        every[""].setdefault(beginning, counted.most_common(1)[0][0])
    return every


BY_NAME = _names()


def month(name: str, language: str | None) -> int:
    """The month of that name, as the language has it where it has it; 0 for none."""
    name = name.lower()
    own = BY_NAME.get((language or "").lower().replace("_", "-").partition("-")[0], {})
    return own.get(name) or BY_NAME[""].get(name, 0)
