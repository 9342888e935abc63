using FhirGateway.FhirPath.Values;

namespace FhirGateway.FhirPath.Tests;

/// <summary>
/// What an evaluation costs is counted, so that it has an end in time and in memory whatever the expression and the data.
/// </summary>
public sealed class WorkTests
{
    private const int Steps = 300_000;
    private const int BytesPerStep = 100;
    private const string TooMuch = "The evaluation takes more steps than it may";

    [Theory]
    [InlineData("(1).repeat($this + 1)")]
    [InlineData("('a').repeat($this & $this)")]
    [InlineData("name.select(%context.name.select(%context.name.select(%context.name))).count()")]
    [InlineData("name.select(%context.descendants()).descendants().descendants().count()")]
    [InlineData("name.aggregate($total.combine($total).combine($this), 1).count()")]
    [InlineData("name.aggregate($total & $total, 'xx').length()")]
    [InlineData("name.aggregate($total + $total, 'xx').length()")]
    [InlineData("name.aggregate($total.replace('x', $total), 'xx').length()")]
    [InlineData("name.aggregate($total.replace('', $total), 'xx').length()")]
    [InlineData("name.aggregate($total.split('x').combine($total.toChars()).join('xxxxxxxx'), 'xx').length()")]
    [InlineData("name.aggregate($total.replaceMatches('x', $total), 'xx').length()")]
    [InlineData("name.aggregate($total.replaceMatches('x+', '$0$0'), 'xx').length()")]
    [InlineData("%long.replaceMatches('a', '$_').length()")]
    [InlineData("%long.replaceMatches('(?=(a+))a', '$1').length()")]
    [InlineData("name.all(%long.matches('a*b') or true)")]
    [InlineData("name.aggregate($total.encode('hex'), 'xx').length()")]
    [InlineData("name.aggregate($total.escape('html'), '\"\"').length()")]
    [InlineData("name.all(%context.name.tail().skip(1).take(100000).exists())")]
    [InlineData("name.all(%context.name.where(true).type().exists())")]
    [InlineData("name.all(%long.upper().length() > 5)")]
    [InlineData("name.all(%long and %long)")]
    [InlineData("name.all(%long = %same)")]
    [InlineData("name.all(%long <= %same)")]
    [InlineData("name.all(%long ~ %same)")]
    [InlineData("name.all(%long.indexOf('xy') < 0)")]
    [InlineData("name.all(%long.indexOf(%same) = 0)")]
    [InlineData("name.all(%long.toChars().exists())")]
    [InlineData("name.all(%long.htmlChecks() or true)")]
    [InlineData("name.all(%many.exists())")]
    [InlineData("name.all((%many | 1).exists())")]
    [InlineData("name.all(%many.sort().exists())")]
    [InlineData("name.all(0.9999.power(999) > 0 and 0.9998.power(999) > 0)")]
    public void Work_without_end_is_refused_before_it_takes_time_or_memory(string expression)
    {
        var context = new EvaluationContext { MaxSteps = Steps, Variables = Variables };
        FhirPathExpression.Compile(expression);
        var allocated = GC.GetAllocatedBytesForCurrentThread();
        var error = Assert.Throws<FhirPathException>(() => People.Evaluate(expression, context));
        allocated = GC.GetAllocatedBytesForCurrentThread() - allocated;
        Assert.Equal(TooMuch, error.Problem);
        Assert.InRange(error.Column, 1, expression.Length);
        Assert.True(allocated < (long)Steps * BytesPerStep, $"{allocated} bytes for {Steps} steps");
    }

    [Theory]
    [InlineData("name.where(family.exists()).select(family).count()")]
    [InlineData("descendants().count()")]
    [InlineData("name.family.join(',').split(',').count()")]
    [InlineData("name = %other.name")]
    [InlineData("name.family ~ %other.name.family")]
    [InlineData("%context = %other")]
    [InlineData("name.distinct().count()")]
    [InlineData("name.family.isDistinct()")]
    [InlineData("%numbers.distinct().count()")]
    [InlineData("%quantities.distinct().count()")]
    [InlineData("%dates.distinct().count()")]
    [InlineData("(%numbers | %quantities).count()")]
    [InlineData("%numbers.union(%dates).count()")]
    [InlineData("%numbers.subsetOf(%numbers)")]
    [InlineData("%quantities.supersetOf(%quantities)")]
    [InlineData("%numbers.intersect(%quantities)")]
    [InlineData("%dates.exclude(%dates)")]
    [InlineData("name.repeat($this).count()")]
    [InlineData("repeat(children()).count()")]
    [InlineData("%bundle.entry.resource.link.other.resolve().count()")]
    [InlineData("%bundle.entry.first().resource.repeat(link.other.resolve()).count()")]
    [InlineData("%container.generalPractitioner.resolve().count()")]
    public void Work_grows_as_the_data_does(string expression)
    {
        var (few, many) = (Taken(expression, 1_000), Taken(expression, 4_000));
        Assert.InRange((double)many / few, 1, 5);
    }

    [Fact]
    public void A_property_is_not_looked_for_among_many_for_nothing()
    {
        var crowded = Resources.Node(
            "{\"resourceType\":\"Patient\"," + string.Join(',', Enumerable.Range(0, 8_000).Select(i => $"\"x{i}\":1")) + ",\"id\":\"a\"}");
        Assert.InRange(Taken("id", crowded), 1_000, 2_000);
    }

    private static readonly FhirNode People = Patient(1_000);

    private static readonly Dictionary<string, IReadOnlyList<FhirNode>> Variables = new()
    {
        ["long"] = [FhirNode.OfValue(new string('a', 10_000))],
        ["same"] = [FhirNode.OfValue(new string('a', 9_999) + 'a')],
        ["many"] = [.. Enumerable.Range(0, 1_000).Select(i => FhirNode.OfValue($"{i}"))],
    };

    private static FhirNode Patient(int names) =>
        Resources.Node("{\"resourceType\":\"Patient\",\"name\":[" + string.Join(
            ',', Enumerable.Range(0, names).Select(i => $"{{\"family\":\"f{i}\"}}")) + "]}");

    /// <summary>Each links to the next, the last to the first.</summary>
    private static FhirNode Bundle(int patients) =>
        Resources.Node("{\"resourceType\":\"Bundle\",\"entry\":[" + string.Join(',', Enumerable.Range(0, patients).Select(i =>
        "{\"fullUrl\":\"http://a/Patient/" + i + "\",\"resource\":{\"resourceType\":\"Patient\",\"id\":"
            + "\"" + i + "\",\"link\":[{\"other\":{\"reference\":\"Patient/" + ((i + 1) % patients) + "\"}}]}}")) + "]}");

    private static FhirNode Container(int contained) => Resources.Node("{\"resourceType\":\"Patient\",\"contained\":[" +
        string.Join(
            ',',
            Enumerable.Range(0, contained).Select(
                i => "{\"resourceType\":\"Organization\",\"id\":\"o" + i + "\"}")) + "],\"generalPractitioner\":[" +
        string.Join(',', Enumerable.Range(0, contained).Select(i => "{\"reference\":\"#o" + (contained - 1 - i) + "\"}")) + "]}");

    private static long Taken(string expression, int names) =>
        Taken(expression, Patient(names), new()
        {
            ["other"] = [Patient(names)],
            ["bundle"] = [Bundle(names)],
            ["container"] = [Container(names)],
            ["numbers"] = [.. Enumerable.Range(0, names).Select(i => FhirNode.OfValue(i))],
            ["quantities"] = [.. Enumerable.Range(0, names).Select(i => FhirNode.OfValue(new Quantity(i, i % 2 == 0 ? "mg" : "g")))],
            ["dates"] = [.. Enumerable.Range(0, names).Select(i => FhirNode.OfValue(new Temporal(
                TemporalKind.Date, TemporalPrecision.Day, new DateTime(1950, 1, 1, 0, 0, 0, DateTimeKind.Unspecified).AddDays(i))))],
        });

    private static long Taken(string expression, FhirNode node, Dictionary<string, IReadOnlyList<FhirNode>>? variables = null)
    {
        var budget = new WorkBudget(100_000_000);
        node.Evaluate(expression, new EvaluationContext { MaxSteps = 100_000_000, Budget = budget, Variables = variables ?? [] });
        return 100_000_000 - budget.Left;
    }
}
