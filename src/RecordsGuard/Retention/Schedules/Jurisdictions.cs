namespace RecordsGuard.Retention.Schedules;

/// <summary>
/// Where a practice may be: ISO 3166-1 countries, the parts of those countries whose parts make rules of their own, and
/// the words of law that are no ISO codes (<c>UK</c>, <c>EU</c>). A typing error must not pass as a place without rules.
/// </summary>
public static class Jurisdictions
{
    private static readonly HashSet<string> Countries = [.. (
        "AD AE AF AG AI AL AM AO AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BW BY BZ CA CC CD CF CG CH "
        + "CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL "
        + "GM GN GP GQ GR GT GU GW GY HK HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB "
        + "LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP "
        + "NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST "
        + "SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UK UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW EU")
        .Split(' ')];

    private static readonly Dictionary<string, HashSet<string>> Parts = new(StringComparer.Ordinal)
    {
        ["US"] = Of("AL AK AZ AR CA CO CT DE FL GA HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT NE NV NH NJ NM NY NC ND OH OK OR PA "
            + "RI SC SD TN TX UT VT VA WA WV WI WY DC AS GU MP PR VI UM"),
        ["CA"] = Of("AB BC MB NB NL NS NT NU ON PE QC SK YT"),
        ["AU"] = Of("ACT NSW NT QLD SA TAS VIC WA"),
        ["UK"] = Of("ENG SCT WLS NIR"),
        ["GB"] = Of("ENG SCT WLS NIR"),
        ["ES"] = Of("AN AR AS CN CB CL CM CT CE EX GA IB RI MD ML MC NC PV VC"),
        ["DE"] = Of("BW BY BE BB HB HH HE MV NI NW RP SL SN ST SH TH"),
    };

    private static readonly HashSet<string> Union =
        Of("AT BE BG HR CY CZ DK EE FI FR DE GR HU IE IT LV LT LU MT NL PL PT RO SK SI ES SE");

    /// <summary>The code as the catalogue writes it, or null: there is no such place.</summary>
    public static string? Canonical(string? code)
    {
        if (code is null)
        {
            return null;
        }

        var upper = code.Trim().ToUpperInvariant().Replace('_', '-');
        upper = upper == "GB" || upper.StartsWith("GB-", StringComparison.Ordinal) ? $"UK{upper[2..]}" : upper;
        return upper.Split('-') switch
        {
            [var country] when Countries.Contains(country) => country,
            [var country, var part] when Parts.TryGetValue(country, out var parts) && parts.Contains(part) => upper,
            _ => null,
        };
    }

    /// <summary>A US state by its letters alone, where no country of the same letters is meant; else null.</summary>
    public static string? State(string code)
    {
        var upper = code.Trim().ToUpperInvariant();
        return Parts["US"].Contains(upper) ? $"US-{upper}" : null;
    }

    /// <summary>This place and the wider ones whose rules hold there too, narrowest first.</summary>
    public static IEnumerable<string> Within(string jurisdiction)
    {
        yield return jurisdiction;
        var country = jurisdiction.Split('-')[0];
        if (country != jurisdiction)
        {
            yield return country;
        }

        if (Union.Contains(country))
        {
            yield return "EU";
        }
    }

    private static HashSet<string> Of(string codes) => [.. codes.Split(' ')];
}
