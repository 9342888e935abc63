namespace FhirGateway.FhirPath.Ucum;

/// <summary>
/// The part of UCUM (unitsofmeasure.org, version 2.1) that clinical notes and laboratories use. Each derived unit is given as a
/// number and a UCUM expression of units above it. The mole is a base unit here: mmol/L is not to be compared with a count per litre.
/// </summary>
internal static class UcumTable
{
    public static readonly Dictionary<string, int> Prefixes = new(StringComparer.Ordinal)
    {
        ["Y"] = 24,
        ["Z"] = 21,
        ["E"] = 18,
        ["P"] = 15,
        ["T"] = 12,
        ["G"] = 9,
        ["M"] = 6,
        ["k"] = 3,
        ["h"] = 2,
        ["da"] = 1,
        ["d"] = -1,
        ["c"] = -2,
        ["m"] = -3,
        ["u"] = -6,
        ["n"] = -9,
        ["p"] = -12,
        ["f"] = -15,
        ["a"] = -18,
        ["z"] = -21,
        ["y"] = -24,
    };

    /// <summary>Base units, and the arbitrary ones of biology, which compare only with themselves.</summary>
    public static readonly HashSet<string> Base = new(StringComparer.Ordinal)
    {
        "m", "s", "g", "rad", "K", "C", "cd", "mol",
        "[iU]", "[arb'U]", "[USP'U]", "[CFU]", "[PFU]", "[FFU]", "[TCID_50]", "[EID_50]", "[CCID_50]", "[pH]", "[HPF]", "[LPF]", "[AU]",
        "[BAU]",
        "[GPL'U]", "[MPL'U]", "[APL'U]", "[Lf]", "[D'ag'U]", "[ELU]", "[EU]", "[Amb'a'1'U]", "[bdsk'U]", "[knk'U]", "[mclg'U]", "[tb'U]",
        "[hnsf'U]",
        "[p'diop]", "[MET]", "[anti'Xa'U]", "B", "Np", "[S]",
    };

    /// <summary>Derived units that take prefixes.</summary>
    public static readonly Dictionary<string, (decimal Value, string Unit)> Metric = new(StringComparer.Ordinal)
    {
        ["[IU]"] = (1, "[iU]"),
        ["Hz"] = (1, "/s"),
        ["N"] = (1, "kg.m/s2"),
        ["Pa"] = (1, "N/m2"),
        ["J"] = (1, "N.m"),
        ["W"] = (1, "J/s"),
        ["A"] = (1, "C/s"),
        ["V"] = (1, "J/C"),
        ["F"] = (1, "C/V"),
        ["Ohm"] = (1, "V/A"),
        ["S"] = (1, "A/V"),
        ["Wb"] = (1, "V.s"),
        ["T"] = (1, "Wb/m2"),
        ["H"] = (1, "Wb/A"),
        ["sr"] = (1, "rad2"),
        ["lm"] = (1, "cd.sr"),
        ["lx"] = (1, "lm/m2"),
        ["Bq"] = (1, "/s"),
        ["Ci"] = (37000000000, "Bq"),
        ["Gy"] = (1, "J/kg"),
        ["Sv"] = (1, "J/kg"),
        ["RAD"] = (0.01m, "Gy"),
        ["REM"] = (0.01m, "Sv"),
        ["L"] = (1, "dm3"),
        ["l"] = (1, "dm3"),
        ["ar"] = (100, "m2"),
        ["t"] = (1000, "kg"),
        ["bar"] = (100000, "Pa"),
        ["m[Hg]"] = (133322, "Pa"),
        ["m[H2O]"] = (9806.65m, "Pa"),
        ["eq"] = (1, "mol"),
        ["osm"] = (1, "mol"),
        ["kat"] = (1, "mol/s"),
        ["U"] = (1, "umol/min"),
        ["cal"] = (4.184m, "J"),
        ["eV"] = (0.0000000000000000001602176634m, "J"),
        ["dyn"] = (0.00001m, "N"),
        ["erg"] = (0.0000001m, "J"),
        ["P"] = (1, "dyn.s/cm2"),
        ["St"] = (1, "cm2/s"),
    };

    /// <summary>Derived units that take none.</summary>
    public static readonly Dictionary<string, (decimal Value, string Unit)> Other = new(StringComparer.Ordinal)
    {
        ["10*"] = (10, "1"),
        ["10^"] = (10, "1"),
        ["%"] = (0.01m, "1"),
        ["[ppth]"] = (0.001m, "1"),
        ["[ppm]"] = (0.000001m, "1"),
        ["[ppb]"] = (0.000000001m, "1"),
        ["[pptr]"] = (0.000000000001m, "1"),
        ["[pi]"] = (3.1415926535897932384626433833m, "1"),
        ["deg"] = (0.0174532925199432957692369077m, "rad"),
        ["'"] = (0.0002908882086657215961539485m, "rad"),
        ["''"] = (0.0000048481368110953599358991m, "rad"),
        ["min"] = (60, "s"),
        ["h"] = (60, "min"),
        ["d"] = (24, "h"),
        ["wk"] = (7, "d"),
        ["a"] = (365.25m, "d"),
        ["a_j"] = (365.25m, "d"),
        ["a_g"] = (365.2425m, "d"),
        ["a_t"] = (365.24219m, "d"),
        ["mo"] = (30.4375m, "d"),
        ["mo_j"] = (30.4375m, "d"),
        ["mo_g"] = (30.436875m, "d"),
        ["mo_s"] = (29.53059m, "d"),
        ["atm"] = (101325, "Pa"),
        ["[psi]"] = (6894.757293168m, "Pa"),
        ["[in_i'Hg]"] = (3386.3788m, "Pa"),
        ["[in_i'H2O]"] = (249.08891m, "Pa"),
        ["[in_i]"] = (2.54m, "cm"),
        ["[in_us]"] = (2.54000508001016002m, "cm"),
        ["[ft_i]"] = (12, "[in_i]"),
        ["[yd_i]"] = (3, "[ft_i]"),
        ["[mi_i]"] = (5280, "[ft_i]"),
        ["[sin_i]"] = (1, "[in_i]2"),
        ["[sft_i]"] = (1, "[ft_i]2"),
        ["[Ch]"] = (0.3333333333333333333333333333m, "mm"),
        ["[Cal]"] = (1, "kcal"),
        ["[diop]"] = (1, "/m"),
        ["[gr]"] = (64.79891m, "mg"),
        ["[lb_av]"] = (7000, "[gr]"),
        ["[oz_av]"] = (437.5m, "[gr]"),
        ["[dr_av]"] = (27.34375m, "[gr]"),
        ["[stone_av]"] = (14, "[lb_av]"),
        ["[oz_tr]"] = (480, "[gr]"),
        ["[ston_av]"] = (2000, "[lb_av]"),
        ["[gal_us]"] = (231, "[in_i]3"),
        ["[qt_us]"] = (57.75m, "[in_i]3"),
        ["[pt_us]"] = (28.875m, "[in_i]3"),
        ["[cup_us]"] = (14.4375m, "[in_i]3"),
        ["[foz_us]"] = (1.8046875m, "[in_i]3"),
        ["[tbs_us]"] = (0.90234375m, "[in_i]3"),
        ["[tsp_us]"] = (0.30078125m, "[in_i]3"),
        ["[cup_m]"] = (240, "mL"),
        ["[foz_m]"] = (30, "mL"),
        ["[tbs_m]"] = (15, "mL"),
        ["[tsp_m]"] = (5, "mL"),
        ["[pt_br]"] = (568.26125m, "mL"),
        ["[foz_br]"] = (28.4130625m, "mL"),
        ["[drp]"] = (0.05m, "mL"),
        ["[lbf_av]"] = (4.4482216152605m, "N"),
        ["[kn_i]"] = (1852, "m/h"),
    };

    /// <summary>Temperatures with a zero of their own; the offset is in kelvin.</summary>
    public static readonly Dictionary<string, (decimal Value, decimal Offset)> Temperatures = new(StringComparer.Ordinal)
    {
        ["Cel"] = (1, 273.15m),
        ["[degF]"] = (0.5555555555555555555555555556m, 255.37222222222222222222222222m),
    };
}
