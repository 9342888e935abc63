using FhirGateway.FhirPath.Values;

namespace FhirGateway.FhirPath.Nodes;

/// <summary>A System value.</summary>
internal sealed class ValueNode : FhirNode
{
    public static readonly ValueNode True = new(FhirPathType.Boolean, Booleans.True);
    public static readonly ValueNode False = new(FhirPathType.Boolean, Booleans.False);

    private ValueNode(FhirPathType type, object value)
    {
        Type = type;
        Value = value;
    }

    public override FhirPathType Type { get; }

    public override object Value { get; }

    public static ValueNode Of(bool value) => value ? True : False;

    public static ValueNode Of(int value) => new(FhirPathType.Integer, value);

    public static ValueNode Of(long value) => new(FhirPathType.Long, value);

    public static ValueNode Of(decimal value) => new(FhirPathType.Decimal, value);

    public static ValueNode Of(string value) => new(FhirPathType.String, value);

    public static ValueNode Of(Quantity value) => new(FhirPathType.Quantity, value);

    public static ValueNode Of(Temporal value) => new(
        value.Kind switch
        {
            TemporalKind.Date => FhirPathType.Date,
            TemporalKind.DateTime => FhirPathType.DateTime,
            _ => FhirPathType.Time,
        },
        value);

    /// <exception cref="ArgumentException">FHIRPath has no value of that class.</exception>
    public static new ValueNode OfValue(object value) => value switch
    {
        bool boolean => Of(boolean),
        int integer => Of(integer),
        long integer => Of(integer),
        decimal number => Of(number),
        WideNumber number => new(FhirPathType.Decimal, number),
        string text => Of(text),
        Temporal temporal => Of(temporal),
        Quantity quantity => Of(quantity),
        _ => throw new ArgumentException($"FHIRPath has no value of class {value.GetType().Name}.", nameof(value)),
    };

    public override IReadOnlyList<FhirNode> Children() => [];

    internal override void AddChildren(string name, ref CollectionBuilder into)
    {
    }
}
