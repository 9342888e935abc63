namespace FhirGateway.Fhir.FhirPath;

/// <summary>An expression can't be read, or can't be evaluated over what it was given; says where in the expression.</summary>
public sealed class FhirPathException : Exception
{
    public FhirPathException(string problem, string expression, int offset)
        : base($"{problem} (line {LineOf(expression, offset)}, column {ColumnOf(expression, offset)})")
    {
        Problem = problem;
        Offset = offset;
        Line = LineOf(expression, offset);
        Column = ColumnOf(expression, offset);
    }

    /// <summary>What is wrong, without the position.</summary>
    public string Problem { get; }

    /// <summary>Characters before the place, from 0.</summary>
    public int Offset { get; }

    /// <summary>Line of the place, from 1.</summary>
    public int Line { get; }

    /// <summary>Column of the place, from 1.</summary>
    public int Column { get; }

    private static int LineOf(string expression, int offset) => expression.AsSpan(0, Math.Min(offset, expression.Length)).Count('\n') + 1;

    private static int ColumnOf(string expression, int offset)
    {
        var before = expression.AsSpan(0, Math.Min(offset, expression.Length));
        return before.Length - (before.LastIndexOf('\n') + 1) + 1;
    }
}
