package revontuli.cli.safety;

import java.util.List;

/// Sentences in which somebody's name is introduced, filled in or addressed, and others in which a name stands that is
/// nobody's, or somebody's whom everybody may name. Written apart from the rules that look for names.
final class PersonalNames {
    private PersonalNames() {}

    static PersonalTexts.Sentence sentence(String language, int number) {
        List<String> names = names(language);
        List<String> frames = frames(language);
        String name = names.get(number % names.size());
        String frame = frames.get(number % frames.size());
        int at = frame.indexOf("{}");
        return new PersonalTexts.Sentence(
                language, frame.replace("{}", name), List.of(new PersonalTexts.Marked("name", at, at + name.length())));
    }

    static PersonalTexts.Sentence nearMiss(String language, int number) {
        List<String> texts = nobody(language);
        return new PersonalTexts.Sentence(language, texts.get(number % texts.size()), List.of());
    }

    private static List<String> names(String language) {
        return switch (language) {
            case "fi" -> List.of("Helmi Rantanen", "Eero", "Ritva-Liisa Niemi", "Onni Åkerlund", "Kaisa Af Ursin");
            case "hi" -> List.of("सुनीता देवी", "अर्जुन मेहता", "फ़ातिमा", "गुरप्रीत सिंह गिल", "लक्ष्मी नारायण अय्यर");
            case "ja" -> List.of("鈴木一郎", "小野寺さくら", "マリア・サントス", "高橋", "佐々木健太");
            case "vi" -> List.of("Lê Minh Đức", "Phạm Thu Hà", "Đặng Quốc Khánh", "Y Phương", "Hoàng Yến");
            default -> List.of("Grace Okafor", "Tom", "Jean-Luc Moreau", "Siobhan O'Connor", "Walter von Stein");
        };
    }

    private static List<String> frames(String language) {
        return switch (language) {
            case "fi" ->
                List.of(
                        "Moi, nimeni on {} ja tarvitsisin apua laskun kanssa.",
                        "Potilaan nimi on {}, ja hän tulee huomenna.",
                        "Tyttäreni nimi on {}.",
                        "Hei, minun nimeni on {}. Milloin olette auki?",
                        "Vaimoni nimi on {} eikä hän pääse paikalle.",
                        "Hyvä herra {}, kiitos viestistänne.",
                        "Olen {} ja haluaisin perua ajan.");
            case "hi" ->
                List.of(
                        "नमस्ते, मेरा नाम {} है और मुझे मदद चाहिए।",
                        "मेरी बेटी का नाम {} है।",
                        "मरीज़ का नाम {} है, उम्र चालीस साल।",
                        "मेरा पूरा नाम {} है।",
                        "नाम: {}",
                        "प्रिय श्री {} जी, आपका पत्र मिला।",
                        "मैं {} बोल रहा हूँ।");
            case "ja" ->
                List.of(
                        "はじめまして、{}と申します。",
                        "私の名前は{}です。よろしくお願いします。",
                        "患者の名前は{}です。",
                        "氏名：{}",
                        "娘の名前は{}といいます。",
                        "総務部の{}と申しますが、田中さんはいらっしゃいますか。",
                        "{}です。昨日お電話した件でご連絡しました。");
            case "vi" ->
                List.of(
                        "Chào bạn, tôi tên là {} và tôi cần giúp.",
                        "Tên em là {}, em học lớp mười.",
                        "Bệnh nhân tên là {}, bốn mươi tuổi.",
                        "Họ và tên: {}",
                        "Vợ tôi tên là {}.",
                        "Kính gửi ông {}, cảm ơn thư của ông.",
                        "Mình là {}, hôm qua mình có gọi.");
            default ->
                List.of(
                        "Hi, my name is {} and I need help with a bill.",
                        "The patient's name is {}, she comes tomorrow.",
                        "My daughter's name is {}.",
                        "Hello, my full name is {}. When do you open?",
                        "Dear Ms. {}, thank you for your letter.",
                        "His name is {}, and he lives next door.",
                        "This is {} speaking, I called yesterday.");
        };
    }

    private static List<String> nobody(String language) {
        return switch (language) {
            case "fi" ->
                List.of(
                        "Kaupungin nimi on Porvoo.",
                        "Ohjelman nimi on Kuutamo ja se tulee lauantaina.",
                        "Presidentti Mannerheim asui talossa pitkään.",
                        "Nimeni on kirjoitettu väärin listaan.");
            case "hi" ->
                List.of(
                        "इस नदी का नाम गंगा है।",
                        "फिल्म का नाम शोले है और वह पुरानी है।",
                        "महात्मा गांधी का जन्म पोरबंदर में हुआ।",
                        "मेरा नाम सूची में नहीं है।");
            case "ja" -> List.of("この川の名前は信濃川です。", "映画の名前は何でしたか。", "夏目漱石は東京で生まれた。", "私の名前は名簿にありません。");
            case "vi" ->
                List.of(
                        "Con sông này tên là Hương.",
                        "Bộ phim tên là Mắt Biếc, chiếu thứ bảy.",
                        "Nguyễn Du viết Truyện Kiều.",
                        "Tên tôi bị viết sai trong danh sách.");
            default ->
                List.of(
                        "The name of the river is Thames.",
                        "The film's name is Casablanca and it is on tonight.",
                        "Ada Lovelace wrote about the engine of Mr. Babbage.",
                        "My name is spelled wrong on the list.");
        };
    }
}
