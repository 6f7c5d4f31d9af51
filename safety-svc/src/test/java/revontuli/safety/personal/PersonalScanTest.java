package revontuli.safety.personal;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PersonalScanTest {
    private static List<Sighting> sure(String text) {
        return PersonalScan.in(text).stream()
                .filter(sighting -> sighting.score() >= 0.5)
                .toList();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "email|Write to anna.virtanen+x@posti.example.fi today|anna.virtanen+x@posti.example.fi",
                "email|メールはtaro@example.co.jpです|taro@example.co.jp",
                "email|(mailto:a_b-c@sub.domain.org).|a_b-c@sub.domain.org",
                "phone|Soita +358 40 123 4567 illalla|+358 40 123 4567",
                "phone|puhelin 040 123 4567|040 123 4567",
                "phone|call (212) 555-0142 now|(212) 555-0142",
                "phone|212-555-0142|212-555-0142",
                "phone|電話は090-1234-5678です|090-1234-5678",
                "phone|मेरा फोन नंबर 98765 43210 है|98765 43210",
                "phone|số điện thoại 0912 345 678|0912 345 678",
                "phone|mobile no. 9876543210|9876543210",
                "phone|phone number: +1 212-555-0620|+1 212-555-0620",
                "phone|मेरा फोन नंबर +91 98499 16286 है।|+91 98499 16286",
                "phone|Desk: +1-903-140-4508x769 Fax|+1-903-140-4508x769",
                "phone|no one is answering at 0680 298 70 63|0680 298 70 63",
                "passport|My passport number is AB1234567.|AB1234567",
                "passport|Passini numero on PK1234567|PK1234567",
                "passport|मेरा पासपोर्ट नंबर J1234567 है|J1234567",
                "passport|パスポート番号はTK1234567です|TK1234567",
                "passport|Số hộ chiếu: B1234567|B1234567",
                "passport|passport 123456789 was lost|123456789",
                "card|card 4111 1111 1111 1111, exp 12/27|4111 1111 1111 1111",
                "card|5555-5555-5555-4444|5555-5555-5555-4444",
                "card|カード番号 4111111111111111|4111111111111111",
                "card|378282246310005 amex|378282246310005",
                "iban|IBAN FI21 1234 5600 0007 85.|FI21 1234 5600 0007 85",
                "phone|Mobile: 723 813 266|723 813 266",
                "iban|my iban is de89370400440532013000|de89370400440532013000",
                "iban|pay to DE89370400440532013000|DE89370400440532013000",
                "ip|request from 81.2.69.142 failed|81.2.69.142",
                "ip|2001:db8:0:0:1:0:0:1 is up|2001:db8:0:0:1:0:0:1",
                "ip|host 2a00:1450:4001::200e answers|2a00:1450:4001::200e",
                "hetu|Hetu on 131052-308T.|131052-308T",
                "hetu|131052Y308T|131052Y308T",
                "hetu|131052A308T|131052A308T",
                "hetu|henkilötunnus 131052b308t|131052b308t",
                "aadhaar|मेरा आधार 2345 6789 0124 है|2345 6789 0124",
                "aadhaar|Aadhaar: 234567890124|234567890124",
                "pan|PAN ABCPE1234F|ABCPE1234F",
                "my-number|マイナンバーは123456789018です|123456789018",
                "cccd|CCCD số 079085123456|079085123456",
                "ssn|SSN 536-22-1234|536-22-1234",
                "ssn|social security number 536221234|536221234",
                "secret|key AKIAIOSFODNN7EXAMPLE here|AKIAIOSFODNN7EXAMPLE",
                "secret|ghp_16C7e42F292c6912E7710c838347Ae178B4a|ghp_16C7e42F292c6912E7710c838347Ae178B4a",
                "secret|password=Tr0ub4dor&3xyz end|Tr0ub4dor&3xyz",
                "secret|salasana: kesä|",
                "iban|口座はDE89370400440532013000です|DE89370400440532013000",
                "secret|鍵はAKIAIOSFODNN7EXAMPLEです|AKIAIOSFODNN7EXAMPLE",
                "name|Hello, my name is Anna-Liisa O'Brien and I need help|Anna-Liisa O'Brien",
                "name|my name is anna.|anna",
                "name|My son's name is Ludwig van der Berg.|Ludwig van der Berg",
                "name|Dear Mr. Smith, thank you|Smith",
                "name|Full name: Maria de la Cruz|Maria de la Cruz",
                "name|Minun nimeni on Aino Mäkelä ja asun Turussa|Aino Mäkelä",
                "name|mun nimi on pekka|pekka",
                "name|Hyvä rouva Virtanen, kiitos|Virtanen",
                "name|मेरा नाम राहुल शर्मा है।|राहुल शर्मा",
                "name|प्रिय श्री वर्मा जी, नमस्ते|वर्मा",
                "name|mera naam Priya hai|Priya",
                "name|私の名前は山田太郎です。|山田太郎",
                "name|はじめまして、営業部の佐藤花子と申します。|佐藤花子",
                "name|小野寺さくらと申します|小野寺さくら",
                "name|氏名: ジョン・スミス|ジョン・スミス",
                "name|Xin chào, tôi tên là Nguyễn Thị Hoa, ở Huế|Nguyễn Thị Hoa",
                "name|Kính gửi ông Trần Văn Bình,|Trần Văn Bình",
            })
    void personalDataIsFoundWhereItStands(String kind, String text, String found) {
        List<Sighting> sightings = sure(text);

        if (found == null) {
            assertThat(sightings).isEmpty();
            return;
        }
        assertThat(sightings).hasSize(1);
        Sighting sighting = sightings.getFirst();
        assertThat(sighting.kind().id()).isEqualTo(kind);
        assertThat(text.substring(sighting.start(), sighting.end())).isEqualTo(found);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "In 2024-01-15 at 10:30:45 the count was 1,234,567.89 and rose by 12.5 %.",
                "card 4111 1111 1111 1112",
                "Part AB1234567 fits model B1234567",
                "My passport expires in 2031 and cost 54 euros",
                "5555-5555-5555-4445",
                "FI21 1234 5600 0007 86",
                "131052-308U",
                "321052-308T",
                "131352-308T",
                "Aadhaar: 234567890125",
                "PAN ABCXE1234F",
                "SSN 000-22-1234, 666-22-1234, 900-22-1234, 536-00-1234",
                "version 1.2.3.4 and 10.0.0.1 and 127.0.0.1 and 192.168.1.1",
                "999.1.1.1 and 1.2.3 and 1.2.3.4.5",
                "std::vector<int>::iterator it = a::b::c::d;",
                "12:30:45 and 00:1A:2B:3C:4D:5E",
                "@Override public int hash() { return 31 * x + 1234567; }",
                "git@github.com:owner/repository.git",
                "for (int i = 0; i < 1000000; i++) sum += 2147483647L;",
                "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
                "ISBN 978-3-16-148410-0 costs 29.95",
                "The years 1998 2005 and 1939-1945, pages 100-200",
                "Order 123456789012 of 2023, part 000123456789",
                "token = nextToken(); password: ******** secret = None",
                "π is 3.14159265358979 and e is 2.718281828459045",
                "Väkiluku oli 5 541 017 ja kasvoi 12 000 000 asti",
                "1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18",
                "UUID 123e4567-e89b-12d3-a456-426614174000",
                "2024年12月31日に1,000人",
                "My name is not important, and what is the name of the ship?",
                "The name is Aurora: a ship from Turku. Dear friends, dear Sir or Madam",
                "Sen nimi on Linux. Mikä sinun nimesi on? Nimi: Aurora",
                "इस शहर का नाम दिल्ली है। मेरा नाम क्या है? उनका नाम दर्ज नहीं है।",
                "この犬の名前はポチです。私の名前は秘密です。私の名前は名簿にありません。お名前は何ですか。",
                "Con tàu tên là Aurora. Bạn tên là gì? Tôi tên gì?",
                "President Niinistö met Dr. Ehud Ur and Mr. Reid in Helsinki",
            })
    void ordinaryNumbersDatesAndCodeAreLeftAlone(String text) {
        assertThat(sure(text)).isEmpty();
    }

    @Test
    void aPrivateKeyIsKnownByItsHead() {
        Sighting found = sure("-----BEGIN RSA PRIVATE KEY-----\nMIIE").getFirst();

        assertThat(found.kind()).isEqualTo(Kind.PRIVATE_KEY);
    }

    @Test
    void neighboursAreFoundEachByItself() {
        String text = "anna@example.com 4111 1111 1111 1111 536-22-1234 131052-308T";

        assertThat(sure(text)).extracting(Sighting::kind).containsExactly(Kind.EMAIL, Kind.CARD, Kind.SSN, Kind.HETU);
    }

    @Test
    void textMadeOfFragmentsIsReadInTime() {
        List<String> heaps = List.of(
                "1 ".repeat(30_000),
                "1".repeat(60_000),
                "@a.".repeat(6_000),
                "+1(".repeat(6_000),
                "-----BEGIN ".repeat(6_000),
                "password=".repeat(8_000),
                "FI21 ".repeat(12_000),
                "1.2.3.".repeat(12_000),
                "a:b:".repeat(15_000),
                "eyJ.".repeat(15_000),
                "my name is ".repeat(6_000),
                "と申します".repeat(12_000),
                "あ".repeat(60_000) + "と申します",
                "मेरा नाम ".repeat(6_000));

        Assertions.assertTimeout(Duration.ofSeconds(30), () -> heaps.forEach(PersonalScan::in));
    }
}
