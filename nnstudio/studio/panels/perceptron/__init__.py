"""The panel Perceptron."""
